#!/bin/bash
# The light client from files, the whole process: mainnet's Capella bootstrap,
# six updates and a finality update.  replay.sh DATA; PLUME is the program.
set -eu
lc=$1/chain/lc/capella
root=0x5afc212a7924789b2bc86acad3ab3a6ffb1f6e97253ea50bee7f4f51422c9275
runs=21

for _ in $(seq $runs); do
	from=${EPOCHREALTIME/./}
	"$PLUME" light replay --network ethereum --root $root \
		--bootstrap "$lc/bootstrap.json" \
		--updates "$lc/updates.json" \
		--finality "$lc/finality.json" >/dev/null
	echo $((${EPOCHREALTIME/./} - from))
done | sort -n | awk '{ us[NR] = $1 }
END {
	printf "plume light replay %25.1f ms, median %.1f  goal 60 ", \
		us[1] / 1e3, us[int((NR + 1) / 2)] / 1e3
	print "(Helios, recorded: 590)"
}'
