// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

contract Coin is ERC20 {
	constructor() ERC20("Coin", "COIN") {
		_mint(msg.sender, 1e12);
	}
	function decimals() public pure override returns (uint8) {
		return 6;
	}
	function burn(uint256 n) external {
		_burn(msg.sender, n);
	}
}

contract Vault is ERC4626 {
	constructor(IERC20 coin) ERC20("Vault", "vCOIN") ERC4626(coin) {}
}

contract Deed is ERC721 {
	constructor() ERC721("Deed", "DEED") {}
	function mint(address to, uint256 id) external {
		_mint(to, id);
	}
}

contract Units is ERC1155 {
	constructor() ERC1155("") {}
	function mint(address to, uint256 id, uint256 n) external {
		_mint(to, id, n, "");
	}
	function mintMany(address to, uint256[] memory ids, uint256[] memory n)
		external
	{
		_mintBatch(to, ids, n, "");
	}
}

// Writes any log, and answers what it was told to answer: stands for contracts
// whose code is not ours to ship, and for those that write nonsense.
contract Mimic {
	mapping(bytes32 => bytes) private answers;

	function set(bytes calldata call_, bytes calldata answer) external {
		answers[keccak256(call_)] = answer;
	}
	function write(bytes32[] calldata t, bytes calldata data) external {
		bytes memory d = data;
		bytes32 a;
		bytes32 b;
		bytes32 c;
		bytes32 e;
		if (t.length > 0) a = t[0];
		if (t.length > 1) b = t[1];
		if (t.length > 2) c = t[2];
		if (t.length > 3) e = t[3];
		uint256 n = t.length;
		assembly {
			let p := add(d, 32)
			let l := mload(d)
			switch n
			case 0 { log0(p, l) }
			case 1 { log1(p, l, a) }
			case 2 { log2(p, l, a, b) }
			case 3 { log3(p, l, a, b, c) }
			default { log4(p, l, a, b, c, e) }
		}
	}
	fallback(bytes calldata x) external returns (bytes memory) {
		bytes memory answer = answers[keccak256(x)];
		require(answer.length > 0);
		return answer;
	}
}
