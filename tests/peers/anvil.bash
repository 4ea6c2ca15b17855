# Starting and stopping Foundry's anvil for tests, and the accounts it funds.
# Source it; every function prints what went wrong and returns non-zero.
# Files it keeps: $ANVIL_DIR (default: the current folder).
# shellcheck shell=bash

# anvil's published development keys: they guard nothing.
ANVIL_KEY0=ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80
ANVIL_ADDR0=0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266
ANVIL_KEY1=59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d
ANVIL_ADDR1=0x70997970C51812dc3A010C7d01b50e0d17dc79C8

anvil_root() { # where node_modules lies
	local here
	here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd) || return 1
	printf '%s\n' "$here"
}

# The native program NAME of Foundry (anvil, cast): never npm's wrapper, which
# exits 0 when the program failed.
foundry() {
	local arch p
	case $(uname -m) in
	x86_64) arch=amd64 ;;
	aarch64) arch=arm64 ;;
	*) return 1 ;;
	esac
	p=$(anvil_root)/node_modules/@foundry-rs/$1-linux-$arch/bin/$1
	if [ -x "$p" ]; then
		printf '%s\n' "$p"
	else
		command -v "$1"
	fi
}

# anvil_up [CHAIN_ID [ARGUMENTS…]]: start one on a port the system chooses;
# sets ANVIL_URL and ANVIL_PID.
anvil_up() {
	local dir=${ANVIL_DIR:-$PWD} anvil port i
	anvil=$(foundry anvil) || return 1
	: >"$dir/anvil.log"
	"$anvil" --host 127.0.0.1 --port 0 --chain-id "${1:-31337}" "${@:2}" \
		>"$dir/anvil.log" 2>&1 </dev/null 3>&- &
	ANVIL_PID=$!
	disown "$ANVIL_PID"
	printf '%s\n' "$ANVIL_PID" >"$dir/anvil.pid"
	for ((i = 0; i < 300; i++)); do
		port=$(sed -n 's/^Listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' \
			"$dir/anvil.log")
		if [ -n "$port" ]; then
			# shellcheck disable=SC2034 # for who sources this
			ANVIL_URL=http://127.0.0.1:$port
			return 0
		fi
		kill -0 "$ANVIL_PID" 2>/dev/null || break
		sleep 0.05
	done
	cat "$dir/anvil.log" >&2
	return 1
}

anvil_down() {
	local dir=${ANVIL_DIR:-$PWD} pid
	[ -s "$dir/anvil.pid" ] || return 0
	pid=$(cat "$dir/anvil.pid")
	rm -f "$dir/anvil.pid"
	kill -KILL "$pid" 2>/dev/null || true
}

# A network, two accounts ("issuer" and "holder", password file pw) and a
# default network that points at the node: what token commands need.
token_accounts() {
	local p=${PLUME:-plume}
	(umask 077 && echo 'correct horse' >pw) || return 1
	"$p" config set network.devnet.rpc "$ANVIL_URL" || return 1
	"$p" config set network.default devnet || return 1
	account_of issuer "$ANVIL_KEY0" && account_of holder "$ANVIL_KEY1"
}

# The key as a Web3 key file that another program made, with few rounds, so
# that a hundred signatures take seconds; made once per bats file.
account_of() {
	local dir=${PLUME_KEYSTORE:-${XDG_DATA_HOME:-$HOME/.local/share}/plume/keystore}
	local made=${BATS_FILE_TMPDIR:-${TMPDIR:-/tmp}}/key-$1-$$
	[ -z "${BATS_FILE_TMPDIR:-}" ] || made=$BATS_FILE_TMPDIR/key-$1
	[ -s "$made" ] || (cd "$(anvil_root)" && node -e '
const { encryptKeystoreJsonSync } = require("ethers");
const [key, address, password] = process.argv.slice(1);
process.stdout.write(encryptKeystoreJsonSync({ address, privateKey: "0x" + key },
	password, { scrypt: { N: 1024, r: 8, p: 1 } }));
' "$2" "$(address_of "$2")" 'correct horse') >"$made" || return 1
	mkdir -p "$dir" && chmod 700 "$dir" && cp "$made" "$dir/$1" &&
		chmod 600 "$dir/$1"
}

address_of() {
	case $1 in
	"$ANVIL_KEY0") echo "$ANVIL_ADDR0" ;;
	"$ANVIL_KEY1") echo "$ANVIL_ADDR1" ;;
	esac
}

# Setups of the token commands' examples, in a fresh folder.
asset_example() {
	local p=${PLUME:-plume}
	export PLUME_AUTHOR_NAME=Ada PLUME_AUTHOR_EMAIL=ada@example.org
	anvil_up 31337 && token_accounts &&
		"$p" asset init . >/dev/null &&
		"$p" asset new villa-7 --template real-estate >/dev/null &&
		"$p" asset commit villa-7 -m 'first papers' >/dev/null
}
token_example() {
	local p=${PLUME:-plume}
	asset_example &&
		"$p" token create --asset villa-7 --name 'Villa 7' \
			--symbol VIL7 --decimals 6 --supply 1000 \
			--account issuer --password-file pw --yes >/dev/null
}
