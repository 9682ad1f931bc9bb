/* SPDX-License-Identifier: MIT */
/* What several installations that run at the same time take turns at. */
#include <config.h>

#include "supply/install_turns.h"

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "base/mem.h"
#include "os/sig.h"

/* A signal does not wake who waits for a turn: looked for so often, in nanoseconds. */
#define LOOK_EVERY_NS (100L * 1000 * 1000)
#define SECOND_NS (1000L * 1000 * 1000)

struct install_turns {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned left[TURN_KINDS];
};

struct install_turns *
install_turns_new(unsigned cpus)
{
	struct install_turns *turns = mem_zalloc(sizeof(*turns));

	(void)pthread_mutex_init(&turns->lock, NULL);
	(void)pthread_cond_init(&turns->changed, NULL);
	turns->left[TURN_FINISH] = cpus ? cpus : 1;
	turns->left[TURN_BUILD] = 1;
	return turns;
}

void
install_turns_free(struct install_turns *turns)
{
	if (!turns)
		return;
	(void)pthread_cond_destroy(&turns->changed);
	(void)pthread_mutex_destroy(&turns->lock);
	free(turns);
}

/* With the lock held. */
static bool
take_one(struct install_turns *turns, enum install_turn kind)
{
	if (!turns->left[kind])
		return false;
	turns->left[kind]--;
	return true;
}

static bool
wait_a_moment(struct install_turns *turns, enum install_turn kind)
{
	struct timespec until;
	bool taken;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += LOOK_EVERY_NS;
	until.tv_sec += until.tv_nsec / SECOND_NS;
	until.tv_nsec %= SECOND_NS;
	(void)pthread_mutex_lock(&turns->lock);
	taken = take_one(turns, kind);
	if (!taken) {
		(void)pthread_cond_timedwait(&turns->changed, &turns->lock, &until);
		taken = take_one(turns, kind);
	}
	(void)pthread_mutex_unlock(&turns->lock);
	return taken;
}

int
install_turn_take(struct install_turns *turns, enum install_turn kind, const struct events *events,
		  const char *subject, struct err *err)
{
	bool taken;

	if (!turns)
		return 0;
	(void)pthread_mutex_lock(&turns->lock);
	taken = take_one(turns, kind);
	(void)pthread_mutex_unlock(&turns->lock);
	if (!taken)
		event_phase(events, subject, "wait", "for the other versions");
	while (!taken) {
		if (sig_check(err) < 0)
			return -1;
		taken = wait_a_moment(turns, kind);
	}
	return 0;
}

void
install_turn_give(struct install_turns *turns, enum install_turn kind)
{
	if (!turns)
		return;
	(void)pthread_mutex_lock(&turns->lock);
	turns->left[kind]++;
	(void)pthread_cond_broadcast(&turns->changed);
	(void)pthread_mutex_unlock(&turns->lock);
}
