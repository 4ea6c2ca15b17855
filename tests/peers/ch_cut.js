// Stands before a ClickHouse server and dies at request N, before it is passed
// on or after; or answers it itself.  ch_cut.js PORT N before|after|SAY [TEXT]
// Its own port is the first line it prints; each request is one line
// more: its number, bytes of the answer.
const http = require("http");
const [port, at, how, text] = process.argv.slice(2);
let n = 0, dead = false;
const say = {
	cut: (res, body) => { // half of the true answer under its whole length
		res.writeHead(200, { "Content-Length": body.length });
		res.write(body.subarray(0, body.length >> 1));
		setTimeout(() => res.destroy(), 50);
	},
	short: (res, body) => res.end(body.subarray(0, Math.max(0, body.length - 1))),
	words: (res, body) => res.end(Buffer.concat([body.subarray(0, body.length >> 1),
		Buffer.from("Code: 241, e.displayText() = DB::Exception: Memory limit exceeded")])),
	error: (res) => { res.writeHead(500); res.end(text + "\x1b[31m\x07"); },
	huge: (res) => { // more than anybody may send, announced or not
		const part = Buffer.alloc(1 << 20);
		const more = () => { while (!res.destroyed && res.write(part)); };
		res.on("drain", more);
		res.on("error", () => {});
		more();
	},
};
http.createServer((req, res) => {
	const k = ++n, parts = [];
	req.on("error", () => {});
	if (dead || (k >= at && how === "before")) {
		dead = true;
		console.log(`${k} 0`);
		req.socket.destroy();
		return;
	}
	req.on("data", (b) => parts.push(b));
	req.on("end", () => {
		const to = http.request({ port, host: "127.0.0.1", path: req.url,
			method: req.method, headers: req.headers }, (from) => {
			const out = [];
			from.on("data", (b) => out.push(b));
			from.on("end", () => {
				const body = Buffer.concat(out);
				console.log(`${k} ${body.length}`);
				if (k >= at && how === "after") {
					dead = true;
					req.socket.destroy();
				} else if (k >= at && say[how]) {
					say[how](res, body);
				} else {
					res.writeHead(from.statusCode);
					res.end(body);
				}
			});
		});
		to.on("error", () => req.socket.destroy());
		to.end(Buffer.concat(parts));
	});
}).listen(0, "127.0.0.1", function () { console.log(`port ${this.address().port}`); });
