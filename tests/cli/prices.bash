# Followed contracts out of recordings, for bats files: pools, feeds and vaults
# whose answers and logs the test writes.  Block N is 10 minutes after N - 1;
# block 0 is 2023-11-15T00:00:00Z, so that a day has 144 blocks.
# shellcheck shell=bash
# shellcheck disable=SC2034 # for who sources this

COIN=0x1111111111111111111111111111111111111111 # 8 decimals
CASH=0x2222222222222222222222222222222222222222 # 6 decimals
T0=1700006400

SWAP2=0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822
SYNC2=0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1
SWAP3=0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67
START3=0x98636036cb66a9c19a37435efc1e90142190214e8abeb821bdba3f2990dd4c95
ANSWER=0x0559884fd3a460db3073b7fc896cc77986f16e378210ded43186175bf646fc5f
DEPOSIT=0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7
WITHDRAW=0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db

# 32 bytes: of a number of 63 bits and a sign, or of 0x… of any length.
word() {
	local w
	if [[ $1 == 0x* ]]; then
		w=${1#0x}
		printf '%0*d%s' $((64 - ${#w})) 0 "$w" | tail -c 64
	elif [[ $1 == -* ]]; then
		printf 'ffffffffffffffffffffffffffffffffffffffffffffffff%016x' "$1"
	else
		printf '%064x' "$1"
	fi
}
words() {
	local w
	for w; do word "$w"; done
}
block_hash() { printf '0xb10c%060x' "$1"; }
call() { # METHOD PARAMS RESULT
	printf '{"method":"%s","params":%s,"result":%s}\n' "$@"
}
ask() { # ADDRESS DATA [ANSWER]: a call, refused without an answer
	local p="[{\"to\":\"$1\",\"data\":\"0x$2\"},\"latest\"]"
	if [ -n "${3:-}" ]; then
		call eth_call "$p" "\"0x$3\""
	else
		printf '{"method":"eth_call","params":%s,"error":{"code":3,"message":"execution reverted"}}\n' "$p"
	fi
}

# follow ADDRESS KINDS [SELECTOR=ANSWER…] [-- OPTIONS…]: `index add`; calls it
# does not answer are refused.
follow() {
	local at=$1 kinds=$2 s probe answer
	local -A said=()
	shift 2
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		said[${1%%=*}]=${1#*=}
		shift
	done
	[ "${1:-}" != -- ] || shift
	{
		call eth_chainId '[]' '"0x18232"'
		call eth_getCode "[\"$at\",\"latest\"]" '"0x6001"'
		for s in 313ce567 95d89b41 18160ddd 134e18f4 6290865d \
			3b3e12f4 b4f3fcb7 38d52e0f a8d5fd65 0dfe1681 d21220a7 \
			0902f1ac 3850c7bd feaf968c 245a7bfc; do
			ask "$at" $s "${said[$s]:-}"
		done
		for probe in 70a08231 07a2d13a 2bc06a92 158b1a57; do
			ask "$at" "$probe$(word 1)" "${said[$probe]:-}"
		done
		ask "$at" "ff6e708c$(words 1 0)"
		for s in ffffffff 80ac58cd d9b67a26 ce3bbe50 620ee8e4; do
			ask "$at" "01ffc9a7$s$(printf '%056d' 0)" \
				"${said[165-$s]:-}"
		done
		ask $COIN 313ce567 "${said[coin]-$(word 8)}"
		ask $CASH 313ce567 "${said[cash]-$(word 6)}"
	} >"add-$at"
	plume index add "$at" --kind "$kinds" --rpc "replay:$PWD/add-$at" "$@"
}
pool2() { # ADDRESS TOKEN0 TOKEN1 [WORD=… …]: a Uniswap v2 pool
	follow "$1" swap-v2,sync-v2 0dfe1681="$(word "$2")" \
		d21220a7="$(word "$3")" 0902f1ac="$(words 1 2 3)" "${@:4}"
}
pool3() {
	follow "$1" swap-v3,start-v3 0dfe1681="$(word "$2")" \
		d21220a7="$(word "$3")" \
		3850c7bd="$(words 1 2 3 4 5 6 1)" "${@:4}"
}
feed() { # ADDRESS DECIMALS [WORD=… …]
	follow "$1" answer feaf968c="$(words 1 2 3 4 5)" \
		313ce567="$(word "$2")" "${@:3}"
}
vault() { # ADDRESS [WORD=… …]: shares of 8 decimals for cash
	follow "$1" deposit,withdraw 38d52e0f="$(word $CASH)" \
		07a2d13a="$(word 1)" 313ce567="$(word 8)" "${@:2}"
}

# Lines of `logs`: BLOCK TOPIC [TOPIC…] DATA, one log each, in order.
log_json() { # ADDRESS INDEX BLOCK TOPIC… DATA
	local at=$1 i=$2 n=$3 topics='' data=${!#}
	shift 3
	while [ $# -gt 1 ]; do
		topics+=",\"$1\""
		shift
	done
	printf '{"address":"%s","topics":[%s],"data":"0x%s","blockNumber":"0x%x","blockHash":"%s","transactionHash":"0x%064x","logIndex":"0x%x","removed":false}' \
		"$at" "${topics#,}" "${data#0x}" "$n" "$(block_hash "$n")" \
		"$((n * 1000 + i + 0x$(head -c 4 <<<"${at#0x}") * 100000000))" "$i"
}
# sync_logs ADDRESS TOPICS [FROM] <LINES: a node that has these logs.  TOPICS:
# what is asked for, with commas.  FROM: up to there it was read before.
sync_logs() {
	local at=$1 topics=$2 from=${3:-0} i=0 line n head=0 all='' blocks=' '
	local -a part
	while read -r line; do
		read -ra part <<<"$line"
		n=${part[0]}
		[ "$n" -ge "$from" ] || continue
		all+=",$(log_json "$at" $i "${part[@]}")"
		i=$((i + 1))
		[[ $blocks == *" $n "* ]] || blocks+="$n "
		[ "$n" -le "$head" ] || head=$n
	done
	head=$((head + 1))
	{
		call eth_chainId '[]' '"0x18232"'
		call eth_blockNumber '[]' "\"0x$(printf %x $head)\""
		call eth_getLogs "[{\"address\":\"$at\",\"topics\":[[\"${topics//,/\",\"}\"]],\"fromBlock\":\"0x$(printf %x "$from")\",\"toBlock\":\"0x$(printf %x $head)\"}]" "[${all#,}]"
		[ "$from" = 0 ] || blocks+="$((from - 1)) "
		for n in $blocks $head; do
			call eth_getBlockByNumber "[\"0x$(printf %x "$n")\",false]" \
				"{\"number\":\"0x$(printf %x "$n")\",\"hash\":\"$(block_hash "$n")\",\"timestamp\":\"0x$(printf %x $((T0 + 600 * n)))\"}"
		done
	} >"sync-$at"
	plume index sync --token "$at" --chunk 1000000 \
		--rpc "replay:$PWD/sync-$at" "${SYNC_OPTIONS[@]}" >/dev/null
}
SYNC_OPTIONS=()

# ------------------------------------------------------ lines for sync_logs
ADDRESSES="0x$(printf '%064d' 7) 0x$(printf '%064d' 8)"
swap2() { # BLOCK IN0 IN1 OUT0 OUT1
	echo "$1 $SWAP2 $ADDRESSES $(words "${@:2}")"
}
sync2() { # BLOCK RESERVE0 RESERVE1
	echo "$1 $SYNC2 $(words "$2" "$3")"
}
swap3() { # BLOCK AMOUNT0 AMOUNT1 SQRT-PRICE
	echo "$1 $SWAP3 $ADDRESSES $(words "$2" "$3" "$4" 1000 0)"
}
answer() { # BLOCK ANSWER
	echo "$1 $ANSWER 0x$(word "$2") 0x$(word "$1") $(word $((T0 + 600 * $1)))"
}
deposit() { # BLOCK ASSETS SHARES
	echo "$1 $DEPOSIT $ADDRESSES $(words "$2" "$3")"
}
withdraw() { # BLOCK ASSETS SHARES
	echo "$1 $WITHDRAW $ADDRESSES 0x$(printf '%064d' 9) $(words "$2" "$3")"
}
