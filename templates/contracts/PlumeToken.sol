// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";
import {ERC20Pausable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Pausable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// A share in one real-world asset: ERC-20 with mint, burn, permit (ERC-2612)
/// and pause, bound to the asset's papers in git.
///
/// One owner, handed over in two steps (Ownable2Step), and no table of roles:
/// who may mint is then one storage slot that anybody can read and prove,
/// handing over to a mistyped address cannot succeed, and an issuer who wants
/// several hands makes a multisig or an OpenZeppelin AccessManager the owner.
/// With AccessControl every reader would have to replay role events to learn
/// who can dilute them.
///
/// What the owner can never do: take tokens from a holder, change decimals or
/// the cap, or leave a paused token without an owner.
contract PlumeToken is
    ERC20,
    ERC20Burnable,
    ERC20Capped,
    ERC20Pausable,
    ERC20Permit,
    Ownable2Step
{
    struct Terms {
        string name;
        string symbol;
        uint8 decimals;
        uint256 cap; // raw units; 0: no cap
        uint256 supply; // raw units, minted to the owner at once
        address owner;
        string asset; // the asset's id in its repository
        bytes32 root; // Merkle root of the asset's papers
        bytes32 commit; // git commit, left-aligned, zero-padded
    }

    uint8 private immutable _decimals;

    /// The asset's id in its repository, for example "villa-7".
    string public asset;

    /// SHA-256 Merkle root over the asset's papers in force.  In storage and
    /// not only in the log, so that eth_getProof proves it against a header.
    bytes32 public assetRoot;

    /// The git commit that holds these papers: 20 bytes of SHA-1 or 32 of
    /// SHA-256, left-aligned.  It says where to look; the root says what is
    /// right, because a commit's SHA-1 alone proves nothing.
    bytes32 public assetCommit;

    /// The token stands on these papers from here on.
    event PapersChanged(bytes32 indexed root, bytes32 indexed commit);

    /// Without an owner nobody could ever lift the pause.
    error OwnerNeededToUnpause();

    constructor(
        Terms memory t
    )
        ERC20(t.name, t.symbol)
        ERC20Capped(t.cap == 0 ? type(uint256).max : t.cap)
        ERC20Permit(t.name)
        Ownable(t.owner)
    {
        _decimals = t.decimals;
        asset = t.asset;
        _setPapers(t.root, t.commit);
        if (t.supply != 0) {
            _mint(t.owner, t.supply);
        }
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    /// Stops transfers, mints and burns alike.
    function pause() external onlyOwner {
        _pause();
    }

    function unpause() external onlyOwner {
        _unpause();
    }

    /// Bind the token to the papers now in force.
    function setPapers(bytes32 root, bytes32 commit) external onlyOwner {
        _setPapers(root, commit);
    }

    function renounceOwnership() public override onlyOwner {
        if (paused()) {
            revert OwnerNeededToUnpause();
        }
        super.renounceOwnership();
    }

    function _setPapers(bytes32 root, bytes32 commit) private {
        assetRoot = root;
        assetCommit = commit;
        emit PapersChanged(root, commit);
    }

    function _update(
        address from,
        address to,
        uint256 value
    ) internal override(ERC20, ERC20Capped, ERC20Pausable) {
        super._update(from, to, value);
    }
}
