//! Nothing: the tests of this package compile the programs in `cases/`. It depends on little, since each of its dependencies is
//! checked once more for them.
