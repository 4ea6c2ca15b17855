// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// What tests/peers/devnet.js does to two nodes: tokens, vaults, factories,
// and every way to fail.

import "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

contract Coin is ERC20Permit, ERC20Burnable {
    constructor() ERC20("Coin", "COIN") ERC20Permit("Coin") {}

    function mint(address to, uint256 n) external {
        _mint(to, n);
    }
}

contract Vault is ERC4626 {
    constructor(IERC20 a) ERC20("Vault", "VLT") ERC4626(a) {}
}

contract Deeds is ERC721 {
    constructor() ERC721("Deeds", "DEED") {}

    function mint(address to, uint256 id) external {
        _safeMint(to, id);
    }
}

contract Many is ERC1155 {
    constructor() ERC1155("") {}

    function mint(address to, uint256[] calldata ids, uint256[] calldata n) external {
        _mintBatch(to, ids, n, "");
    }
}

contract Child {
    uint256 public immutable born;
    uint256 public counter;
    event Hello(address indexed who, uint256 n);

    constructor(uint256 n) payable {
        born = n;
        counter = n;
        emit Hello(msg.sender, n);
    }

    function bump() external {
        unchecked {
            counter++;
        }
    }

    function end(address payable to) external {
        selfdestruct(to);
    }

    receive() external payable {}
}

contract Factory {
    event Made(address at);

    function make(uint256 salt, uint256 n) external payable returns (address) {
        Child c = new Child{salt: bytes32(salt), value: msg.value}(n);
        emit Made(address(c));
        return address(c);
    }

    function makePlain(uint256 n) external returns (address) {
        Child c = new Child(n);
        emit Made(address(c));
        return address(c);
    }

    // made and ended in one transaction: EIP-6780 lets it go
    function flash(uint256 salt, address payable to) external payable {
        Child c = new Child{salt: bytes32(salt), value: msg.value}(1);
        c.end(to);
    }
}

contract Odd {
    error Refused(address who, uint256 n);
    event Seen(bytes32 indexed a, bytes b);

    uint256[] list;
    mapping(uint256 => uint256) public map;
    uint256 public sum;
    uint256 transient held;

    function fail(uint256 how) external returns (uint256) {
        if (how == 0) require(false, "no, said the contract");
        if (how == 1) revert Refused(msg.sender, how);
        if (how == 2) return 1 / (how - 2);
        if (how == 3) return list[77];
        if (how == 4) assert(false);
        if (how == 5) while (true) sum++;
        if (how == 6) assembly { invalid() }
        if (how == 7) revert();
        if (how == 8) {
            try this.fail(1) {} catch (bytes memory b) { emit Seen(keccak256(b), b); }
        }
        if (how == 9) {
            map[9] = 9;
            try this.fail{gas: 30000}(5) {} catch { map[9] = 10; }
        }
        if (how == 10) assembly { return(0, 1000) }
        if (how == 11) assembly { revert(0, 64) }
        return how;
    }

    function fill(uint256 from, uint256 n) external {
        for (uint256 i = from; i < from + n; i++) map[i] = i + 1;
    }

    function clear(uint256 from, uint256 n) external {
        for (uint256 i = from; i < from + n; i++) delete map[i];
    }

    function push(uint256 n) external {
        for (uint256 i = 0; i < n; i++) list.push(uint256(keccak256(abi.encode(i))));
    }

    function pop(uint256 n) external {
        for (uint256 i = 0; i < n; i++) list.pop();
    }

    function keep(uint256 n) external {
        held = n;
        this.kept();
    }

    function kept() external {
        sum += held;
    }

    function deep(uint256 n) external {
        if (n > 0) this.deep(n - 1);
        else emit Seen(bytes32(gasleft() > 0 ? uint256(1) : 0), "");
    }

    function env() external {
        emit Seen(blobhash(0), abi.encode(block.number, block.chainid, tx.gasprice,
            block.basefee, block.blobbasefee, block.coinbase, block.gaslimit,
            msg.sender, tx.origin, address(this).balance, msg.sender.codehash));
    }

    function precompile(address at, bytes calldata input) external {
        (bool ok, bytes memory out) = at.staticcall(input);
        emit Seen(bytes32(uint256(ok ? 1 : 0)), out);
    }

    function copy(uint256 n) external {
        bytes memory a = new bytes(n);
        for (uint256 i = 0; i < n; i++) a[i] = bytes1(uint8(i));
        emit Seen(keccak256(a), bytes.concat(a, a));
    }

    function give(address payable to) external payable {
        (bool ok, ) = to.call{value: msg.value}("");
        require(ok, "not taken");
    }
}

// What an account may call its own code (EIP-7702).
contract Wallet7702 {
    event Ran(address self, uint256 n);

    function run(address to, uint256 value, bytes calldata data) external payable {
        (bool ok, ) = to.call{value: value}(data);
        emit Ran(address(this), ok ? 1 : 0);
    }

    receive() external payable {}
}
