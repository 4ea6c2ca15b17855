// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

// Tokens as other people wrote them, for tests/peers/token.bats.

contract Base {
    uint256 public totalSupply = 1000;
    mapping(address => uint256) public balanceOf;
    event Transfer(address indexed from, address indexed to, uint256 value);

    constructor() {
        balanceOf[msg.sender] = 1000;
    }

    function _move(address to, uint256 value) internal {
        require(balanceOf[msg.sender] >= value, "not enough of it");
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
    }
}

// Answers nothing to a transfer (as USDT), bytes32 names (as MKR).
contract Old is Base {
    bytes32 public constant name = "Old Token";
    bytes32 public constant symbol = "OLD";
    uint256 public constant decimals = 2;

    function transfer(address to, uint256 value) external {
        _move(to, value);
    }
}

// Says no by answering false.
contract Polite is Base {
    string public name = "Polite";
    string public symbol = "PLT";
    uint8 public decimals = 0;

    function transfer(address, uint256) external pure returns (bool) {
        return false;
    }
}

// Says yes and does nothing.
contract Liar is Base {
    string public name = "Liar\x1b[31m";
    string public symbol = "LIE\x07";
    uint8 public decimals = 0;

    function transfer(address, uint256) external pure returns (bool) {
        return true;
    }
}

// No decimals at all.
contract Bare is Base {
    function transfer(address to, uint256 value) external returns (bool) {
        _move(to, value);
        return true;
    }
}
