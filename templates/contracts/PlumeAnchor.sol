// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// Says when an account knew a Merkle root of decision records. Each account
/// writes below its own address alone, and the first time stands, so nobody
/// can be forestalled and nothing can be dated anew. The time is in storage,
/// where a storage proof reaches it.
contract PlumeAnchor {
    /// Slot 0: seconds since 1970 when `by` anchored `root`; 0: never.
    mapping(address by => mapping(bytes32 root => uint256 time))
        public anchored;

    event Anchored(address indexed by, bytes32 indexed root);

    error NoRoot();

    /// The first root comes with the contract.
    constructor(bytes32 root) {
        _anchor(root);
    }

    function anchor(bytes32 root) external {
        _anchor(root);
    }

    function _anchor(bytes32 root) private {
        if (root == 0) revert NoRoot();
        if (anchored[msg.sender][root] != 0) return;
        anchored[msg.sender][root] = block.timestamp;
        emit Anchored(msg.sender, root);
    }
}
