/* SPDX-License-Identifier: MIT */
/* Texts made at random: PYVERN_TEST_SEED makes others; the seed is printed with what fails. */
#ifndef PYVERN_TESTS_RANDOM_TEXT_H
#define PYVERN_TESTS_RANDOM_TEXT_H

#include "unit.h"

#include "base/str.h"

#define SEED 20261125u
#define CASES 10000
#define TEXT_MAX_HERE 8192

static inline uint64_t
seed_of_run(void)
{
	const char *given = getenv("PYVERN_TEST_SEED");
	uint64_t seed = SEED;

	if (given && !str_u64(str_from(given), 0, UINT64_MAX, &seed))
		fail_msg("PYVERN_TEST_SEED=%s is no number", given);
	return seed;
}

/* Sebastiano Vigna's splitmix64, which is in the public domain. */
static inline uint64_t
next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline size_t
below(uint64_t *state, size_t n)
{
	return (size_t)(next(state) % n);
}

#define ONE_OF(state, array) ((array)[below(state, COUNT_OF(array))])

struct text {
	size_t n;
	char p[TEXT_MAX_HERE + 1];
};

static inline void
put(struct text *t, const char *s)
{
	size_t n = strlen(s);

	assert_true(t->n + n <= TEXT_MAX_HERE);
	memcpy(t->p + t->n, s, n + 1);
	t->n += n;
}

#endif
