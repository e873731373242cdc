"""Joint covariance of the rows of a table, in blocks: each holds estimates that were computed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.numeric.array_types import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Covariance of estimates that were computed together.

    Attributes
    ----------
    matrix : float array, shape (b, b), or None
        None where it was not computed.
    waves : frozenset of str
        Waves from which the estimates come. Blocks without a wave in common are independent.
    both : float array, shape (b, k), or None
        Of shares of k options in each domain, the share that chose the option and another one, for each
        of the k; None where nobody chose two.
    """

    matrix: Floats | None
    waves: frozenset[str]
    both: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class JointCovariance:
    """Covariance of the rows of a table; its size grows with the rows of each block, not of the table.

    Attributes
    ----------
    blocks : tuple of Block
    block, position : int arrays, shape (rows,)
        Block in which each row stands, and its position there.
    """

    blocks: tuple[Block, ...]
    block: Ints
    position: Ints

    def between(self, rows: Sequence[int] | Ints, columns: Sequence[int] | Ints) -> Floats:
        """Return the covariance of some rows with some others, shape (rows, columns).

        It is 0 between independent blocks, and NaN where it was not computed.
        """
        rows, columns = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
        covariance = np.full((len(rows), len(columns)), np.nan)
        for a in np.unique(self.block[rows]):
            i = np.flatnonzero(self.block[rows] == a)
            for b in np.unique(self.block[columns]):
                j = np.flatnonzero(self.block[columns] == b)
                matrix = self.blocks[a].matrix
                if a == b and matrix is not None:
                    covariance[np.ix_(i, j)] = matrix[
                        np.ix_(self.position[rows[i]], self.position[columns[j]])
                    ]
                elif self.blocks[a].waves.isdisjoint(self.blocks[b].waves):
                    covariance[np.ix_(i, j)] = 0.0
        return covariance

    def of_both(self, rows: Ints, others: Ints) -> Floats:
        """Return the share that chose the options of two rows of one domain, for each of m pairs of rows."""
        share = np.zeros(len(rows))
        for b in np.unique(self.block[rows]):
            here, both = np.flatnonzero(self.block[rows] == b), self.blocks[b].both
            if both is not None:
                option = self.position[others[here]] % both.shape[1]
                share[here] = both[self.position[rows[here]], option]
        return share

    def dense(self) -> Floats:
        """Return the covariance of all rows, shape (rows, rows)."""
        every = np.arange(len(self.block))
        return self.between(every, every)

    def of_combinations(self, gradients: Floats) -> Floats:
        """Return G V G', shape (m, m); NaN only where a covariance that enters was not computed.

        Parameters
        ----------
        gradients : float array, shape (m, rows)
        """
        m = len(gradients)
        total, unknown = np.zeros((m, m)), np.zeros((m, m))
        used = (gradients != 0).astype(np.float64)
        enters = np.zeros((m, len(self.blocks)))
        for b in np.unique(self.block):
            rows = np.flatnonzero(self.block == b)
            matrix = self.between(rows, rows)
            missing = np.isnan(matrix)
            total += gradients[:, rows] @ np.where(missing, 0.0, matrix) @ gradients[:, rows].T
            unknown += used[:, rows] @ missing @ used[:, rows].T
            enters[:, b] = used[:, rows].any(axis=1)
        waves = sorted(frozenset().union(*(block.waves for block in self.blocks)))
        member = np.array([[wave in block.waves for wave in waves] for block in self.blocks], dtype=np.int64)
        dependent = (member @ member.T > 0) & ~np.eye(len(member), dtype=bool)
        unknown += enters @ dependent @ enters.T
        return np.where(unknown > 0, np.nan, total)


def one_block(
    matrix: Floats | None, size: int, waves: frozenset[str], both: Floats | None = None
) -> JointCovariance:
    """Return the joint covariance of `size` rows that were computed together; arguments as `Block`."""
    return JointCovariance((Block(matrix, waves, both),), np.zeros(size, dtype=np.int64), np.arange(size))


def stacked(parts: Sequence[JointCovariance]) -> JointCovariance:
    """Return the joint covariance of the rows of several tables, one table after the other."""
    starts = np.cumsum([0, *(len(part.blocks) for part in parts)])
    return JointCovariance(
        tuple(block for part in parts for block in part.blocks),
        np.concatenate([part.block + start for part, start in zip(parts, starts, strict=False)]),
        np.concatenate([part.position for part in parts]),
    )


def summed(
    one: JointCovariance, rows: Sequence[int], other: JointCovariance, other_rows: Sequence[int]
) -> JointCovariance:
    """Return the joint covariance of sums of a row of one table and a row of another, which are independent.

    Parameters
    ----------
    rows, other_rows : sequences of int
        For each sum its row in either table.
    """
    first, second = np.asarray(rows, dtype=np.int64), np.asarray(other_rows, dtype=np.int64)
    pairs, block = np.unique(
        np.column_stack([one.block[first], other.block[second]]), axis=0, return_inverse=True
    )
    block, position = block.reshape(-1), np.zeros(len(first), dtype=np.int64)
    blocks = []
    for b, (i, j) in enumerate(pairs):
        here = np.flatnonzero(block == b)
        position[here] = np.arange(len(here))
        matrix = one.between(first[here], first[here]) + other.between(second[here], second[here])
        blocks.append(Block(matrix, one.blocks[i].waves | other.blocks[j].waves))
    return JointCovariance(tuple(blocks), block, position)
