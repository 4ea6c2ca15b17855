load common

@test "evm run gives output, gas and how it ended" {
	run -0 plume evm run --code 0x60026003015f5260205ff3 --json
	[ "$(jq -r .status <<<"$output")" = success ]
	[ "$(jq -r .gas_used <<<"$output")" = 22 ]
	[ "$(jq -r .output <<<"$output")" = "0x$(printf '%064d' 5)" ]
}

@test "evm run: code that fails is a result" {
	run -0 plume evm run --code 0xfe --gas 1234 --json
	[ "$(jq -r .status <<<"$output")" = "invalid opcode" ]
	[ "$(jq -r .gas_used <<<"$output")" = 1234 ]
	# Error(string) "no"
	run -0 plume evm run --json --code \
		"0x6308c379a060e01b5f5260206004526002602452616e6f60f01b60445260645ffd"
	[ "$(jq -r .status <<<"$output")" = "execution reverted" ]
	[ "$(jq -r .reason <<<"$output")" = no ]
}

@test "evm run: input, value, sender and receiver are seen" {
	run -0 plume evm run --code 0x5f3534013331185f5260205ff3 \
		--input "0x$(printf '%064d' 40)" --value 2 --json
	[ "$(jq -r .output <<<"$output")" = "0x$(printf '%062d' 0)42" ]
	run -0 plume evm run --code 0x33305f525f5260405ff3 --json \
		--sender 0x00000000000000000000000000000000000000aa \
		--receiver 0x00000000000000000000000000000000000000bb
	[ "$(jq -r .output <<<"$output")" = \
		"0x$(printf '%062d' 0)aa$(printf '%064d' 0)" ]
}

@test "evm run --create gives the contract's code and address" {
	run -0 plume evm run --create --code 0x60605f53600160015360025ff3 --json
	[ "$(jq -r .output <<<"$output")" = 0x6001 ]
	[[ $(jq -r .created <<<"$output") =~ ^0x[0-9a-fA-F]{40}$ ]]
	[ "$(jq -r .gas_used <<<"$output")" = 425 ]
}

@test "evm run --fork: an opcode is there since its fork" {
	run -0 plume evm run --code 0x5f --fork paris --json
	[ "$(jq -r .status <<<"$output")" = "invalid opcode" ]
	run -0 plume evm run --code 0x5f --fork shanghai --json
	[ "$(jq -r .status <<<"$output")" = success ]
	run -2 plume evm run --code 0x5f --fork shangai
	[[ $output == *"did you mean 'shanghai'"* ]]
}

@test "evm run --trace follows EIP-3155" {
	run -0 --separate-stderr plume evm run --code 0x60026003015f5260205ff3 --trace
	[ "${#stderr_lines[@]}" = 9 ]
	[ "$(jq -c '[.pc, .op, .gas, .gasCost, .depth, .opName, .stack]' \
		<<<"${stderr_lines[2]}")" = \
		'[4,1,"0x1c9c37a","0x3",1,"ADD",["0x2","0x3"]]' ]
	[ "$(jq -r .gasUsed <<<"${stderr_lines[8]}")" = 0x16 ]
	has "$output" success
	# What an operation costs is what the gas goes down by.
	run -0 --separate-stderr plume evm run --trace --code \
		0x5f5f5f5f5f306107d0f150600160015560015450618000515f5f205000
	jq -es 'map(select(.op and .depth == 1)) |
		def dec: reduce (ltrimstr("0x") | ascii_downcase | explode[]) as $c
			(0; . * 16 + (if $c > 96 then $c - 87 else $c - 48 end));
		[range(length - 1) as $i | select(.[$i].opName != "CALL") |
		 (.[$i].gas | dec) - (.[$i].gasCost | dec) ==
		 (.[$i + 1].gas | dec)] | all' <<<"$stderr"
	# A failed operation says so, once.
	run -0 --separate-stderr plume evm run --trace --code 0x6001600056
	[ "$(grep -c error <<<"$stderr")" = 2 ]
	[ "$(jq -r .error <<<"${stderr_lines[2]}")" = "invalid jump destination" ]
}

@test "evm run reads code from a file and from standard input" {
	printf ' 602a5f5260205ff3\n' >code
	run -0 plume evm run --codefile code --json
	[ "$(jq -r .output <<<"$output")" = "0x$(printf '%062d' 0)2a" ]
	run -0 plume evm run --codefile - --json <code
	[ "$(jq -r .gas_used <<<"$output")" = 16 ]
	echo 0x6 >odd
	run -4 plume evm run --codefile odd
	run -2 plume evm run
	run -2 plume evm run --code 0x00 --codefile code
	run -2 plume evm run --code 0x00 --memory
}

@test "evm run ends with little memory when memory is asked for" {
	# MSTORE at 2^32 with all the gas there can be
	run -0 plume evm run --code 0x5f640100000000525f00 --json \
		--gas 9223372036854775807
	[ "$(jq -r .status <<<"$output")" = "out of gas" ]
}
