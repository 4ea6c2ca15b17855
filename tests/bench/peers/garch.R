# fGarch and tseries on the same two samples, timed inside the process; run in
# a folder that holds dem2gbp.csv and garch100k.csv.
timed <- function(f, runs)
	median(replicate(runs, {
		from <- Sys.time()
		f()
		as.numeric(Sys.time() - from, units = "secs")
	})) * 1000
say <- function(who, what, ms, runs, n)
	cat(sprintf("%-6s %-10s %9.3f ms  (median of %d; n %d)\n", who, what,
		    ms, runs, n))

for (what in c("dem2gbp", "garch100k")) {
	x <- read.csv(paste0(what, ".csv"))$return_pct
	runs <- if (length(x) > 10000) 3L else 21L
	if (requireNamespace("fGarch", quietly = TRUE)) {
		suppressMessages(library(fGarch))
		say("fGarch", what, timed(function() suppressWarnings(garchFit(
			~garch(1, 1), data = x, trace = FALSE)), runs), runs,
			length(x))
	} else {
		cat("R package fGarch is not installed\n")
	}
	# tseries has no mean in its model: it gets the deviations
	if (requireNamespace("tseries", quietly = TRUE)) {
		y <- x - mean(x)
		say("R tser", what, timed(function() tseries::garch(y,
			order = c(1, 1), trace = FALSE), runs), runs,
			length(x))
	} else {
		cat("R package tseries is not installed\n")
	}
}
