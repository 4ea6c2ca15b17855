// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// What confirms the blocks of a development chain's child: whoever made it
/// says which block the child has come to, and it is kept where a Nitro
/// chain's Outbox keeps it, so that the same storage proof tells of both.
contract DevOutbox {
    address public immutable owner = msg.sender;

    // An Outbox has its rollup, its bridge and the message in hand here.
    bytes32[3] private unused;

    /// Slot 3: the child's send root, and the hash of the block that has it.
    mapping(bytes32 => bytes32) public roots;

    event SendRootUpdated(
        bytes32 indexed outputRoot,
        bytes32 indexed l2BlockHash
    );

    error NotOwner(address sender);

    function updateSendRoot(bytes32 root, bytes32 l2BlockHash) external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        roots[root] = l2BlockHash;
        emit SendRootUpdated(root, l2BlockHash);
    }
}
