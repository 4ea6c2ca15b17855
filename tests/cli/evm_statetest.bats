#!/usr/bin/env bats
# `evm statetest`: its lines and statuses, and every official state test.
load common

# A transfer whose outcome is right, from the command's own example.
make_test() {
	bash -c "$(plume help evm statetest --json |
		jq -r '.[0].examples[0].setup')"
}

# archive NAME CASES [JQ-FILTER-OF-LINES]: unpacked, run, all passed
archive() {
	need_data
	need zstd
	mkdir tests
	zstd -dc --long=25 "$TESTDATA/ethereum-tests/$1.tar.zst" |
		tar xf - -C tests ${without:+--exclude="$without"}
	plume evm statetest tests >lines || {
		grep '"pass":false' lines | head -n 20
		return 1
	}
	tail -n 1 lines
	echo "# $1: $(tail -n 1 lines)" >&3
	[ "$(tail -n 1 lines)" = "{\"passed\":$2,\"failed\":0}" ]
	[ "$(wc -l <lines)" = $(($2 + 1)) ]
}

@test "a line for each case, the sum behind them" {
	make_test
	run_plume evm statetest pay.json
	[ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "${lines[0]}" = '{"file":"pay.json","name":"pay","fork":"Cancun","index":0,"pass":true,"stateRoot":"0x78e03f1309e9eaed062813c8abf9b3f9142636da7959d16ce9f587599fe526a0","error":null}' ]
	[ "${lines[1]}" = '{"passed":1,"failed":0}' ]
	[ ${#lines[@]} = 2 ]
}

@test "another root, another logs hash, a refusal: the case fails" {
	make_test
	jq '.pay.post.Cancun[0].hash |= sub("78"; "79") |
		.pay.post.Cancun += [.pay.post.Cancun[0] |
			.hash |= sub("79"; "78") | .logs |= sub("1d"; "1e")] |
		.pay.post.Cancun += [.pay.post.Cancun[0] |
			.hash |= sub("79"; "78") | .expectException = "X"] |
		.pay.post.London = [.pay.post.Cancun[0]] |
		.pay.post.Atlantis = [.pay.post.Cancun[0]] |
		.pay.transaction.gasLimit += ["0x5207"] |
		.pay.post.Paris = [.pay.post.Cancun[0] | .indexes.gas = 1] |
		.pay.post.Berlin = [.pay.post.Cancun[0] | .indexes.gas = 2]' \
		pay.json >bad.json
	run_plume evm statetest bad.json
	[ "$status" = 1 ]
	[[ $stderr = *"7 of 7 cases failed"* ]]
	[[ ${lines[0]} = *'"pass":false,"stateRoot":"0x78e03f'*'"error":"post state root mismatch: got 0x78e03f'*', want 0x79e03f'* ]]
	[[ ${lines[1]} = *'"error":"post state logs hash mismatch: got 0x1dcc'* ]]
	[[ ${lines[2]} = *'"error":"not refused, against X"'* ]]
	[[ ${lines[4]} = *'"fork":"Atlantis"'*'"stateRoot":null,"error":"unsupported fork \"Atlantis\""'* ]]
	[[ ${lines[5]} = *'"error":"refused: intrinsic gas too low: have 20999, '* ]]
	[[ ${lines[6]} = *'"error":"gasLimit: it has 2 items"'* ]]
	[ "${lines[7]}" = '{"passed":0,"failed":7}' ]
}

@test "an expected refusal passes, and leaves the state alone" {
	make_test
	jq '.pay.transaction.nonce = "0x01" |
		.pay.post.Cancun[0].expectException = "nonce"' pay.json >high.json
	run_plume evm statetest high.json
	[ "$status" = 1 ] # the root is that of before
	before=$(jq -r '.stateRoot // empty' <<<"${lines[0]}")
	[[ $before = 0x* ]]
	jq --arg root "$before" '.pay.post.Cancun[0].hash = $root' high.json \
		>refused.json
	run_plume evm statetest refused.json
	[ "$status" = 0 ]
	jq '.pay.pre["0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"].code = "0x00" |
		.pay.transaction.nonce = "0x00"' refused.json >code.json
	run_plume evm statetest code.json
	[ "$status" = 1 ] # refused as well, but over another state
	[[ ${lines[0]} = *"post state root mismatch"* ]]
}

@test "what is no state test is a case that fails" {
	make_test
	echo '{' >broken.json
	echo '{"x":{"env":{}}, "y":{}}' >empty.json
	echo not json at all >notes.txt
	run_plume evm statetest .
	[ "$status" = 1 ]
	[[ ${lines[0]} = *'"file":"./broken.json","name":null,"fork":""'*'"pass":false'* ]]
	[[ ${lines[1]} = *'"name":"x"'*'"pass":false'* ]]
	[[ ${lines[2]} = *'"name":"y"'*'"pass":false'* ]]
	[[ ${lines[3]} = *'"name":"pay"'*'"pass":true'* ]]
	[ "${lines[4]}" = '{"passed":1,"failed":3}' ]
	mkdir none
	run_plume evm statetest none
	[ "$status" = 7 ]
	run_plume evm statetest absent.json
	[ "$status" = 1 ]
	[[ ${lines[0]} = *'"file":"absent.json"'*'"pass":false'* ]]
}

@test "--fork: only that one's cases" {
	make_test
	jq '.pay.post.Shanghai = .pay.post.Cancun' pay.json >two.json
	run_plume evm statetest two.json
	[ "${lines[2]}" = '{"passed":2,"failed":0}' ]
	run_plume evm statetest --fork Shanghai two.json pay.json
	[ "$status" = 0 ]
	[[ ${lines[0]} = *'"fork":"Shanghai"'* ]]
	[ "${lines[1]}" = '{"passed":1,"failed":0}' ]
}

# One case is 2^32 rounds of BLAKE2 and nothing else: most of the time of all
# others together, and minutes under a sanitizer, which learns nothing there.
@test "GeneralStateTests: every case passes" {
	if sanitized; then
		without=CALLBlake2f_MaxRounds.json archive GeneralStateTests 16293
	else
		archive GeneralStateTests 16294
	fi
}

@test "GeneralStateTests of older forks: every case passes" {
	archive legacy-Cancun-GeneralStateTests-multifork 45434
	# every fork that the archive has was run
	[ "$(jq -r 'select(.fork) | .fork' lines | sort -u | wc -l)" = 13 ]
}

@test "EIP-2537 as Prague has it: every case passes" {
	archive EIPTests-stEIP2537-Prague-finalgas 281
}

@test "Osaka: every case passes" {
	archive EEST-fusaka-devnet-5-osaka-statetests 726
	[ "$(grep -c '"fork":"Osaka"' lines)" = 651 ]
}
