// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

// What `forge script` runs on a fork of the node, and then broadcasts to it:
// contracts made by CREATE and CREATE2, calls, value, a library of its own.

interface Vm {
    function startBroadcast() external;
    function stopBroadcast() external;
}

library Sums {
    function add(uint256 a, uint256 b) external pure returns (uint256) {
        return a + b;
    }
}

contract Counter {
    uint256 public x;
    event Changed(address indexed who, uint256 x);

    constructor(uint256 first) {
        x = first;
    }

    function add(uint256 n) external payable {
        x = Sums.add(x, n);
        emit Changed(msg.sender, x);
    }
}

contract S {
    Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    function run() external {
        vm.startBroadcast();
        Counter c = new Counter(7);
        c.add(3);
        c.add{value: 5}(1);
        new Counter{salt: bytes32(uint256(1))}(c.x());
        payable(address(0xbeef)).transfer(1 ether);
        vm.stopBroadcast();
        require(c.x() == 11, "not what was sent");
    }
}
