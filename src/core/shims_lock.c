/* SPDX-License-Identifier: MIT */
/* The locks of the shims folder: ours, and pyenv's. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/shims_internal.h"
#include "os/platform.h"
#include "os/sig.h"

#define SHIMS_LOCK "shims"
#define PYENV_LOCK ".pyenv-shim"
/* pyenv's is a file with a script in it, or nothing yet. Ours is a link with this text:
 * it is there and says whose it is at one stroke, so that one whose maker was killed
 * is known. For pyenv, which insists on making a new file, it is taken like any. */
#define OUR_LOCK_TEXT "pyvern"
/* Age in seconds at which pyenv takes a lock for left over. */
#define LEFT_OVER_S 120
/* Seconds for which a rehash waits, unless PYENV_REHASH_TIMEOUT says otherwise, and
 * what it may say: a day. */
#define TIMEOUT_S 60
#define TIMEOUT_MAX ((uint64_t)24 * 3600)
/* Most between two tries, in milliseconds; the first is short: of versions that are
 * installed at once, each makes its shims in a moment. */
#define TRY_MS 100

struct waiting {
	uint64_t seconds;
	int64_t until; /* monotonic ms */
	long pause_ms;
};

static struct waiting
begin_waiting(bool in_passing)
{
	const char *text = layout_env("REHASH_TIMEOUT", NULL);
	struct waiting waiting = { .seconds = TIMEOUT_S, .pause_ms = 1 };

	if (text && !str_u64(str_from(text), 0, TIMEOUT_MAX, &waiting.seconds))
		waiting.seconds = TIMEOUT_S;
	if (in_passing)
		waiting.seconds = 0;
	waiting.until = platform_now_ms() + (int64_t)waiting.seconds * 1000;
	return waiting;
}

/* Wait for the next try; -1 when there is none. LOCK is the file's path. */
static int
wait_again(struct waiting *waiting, const struct dir *dir, const char *lock, struct err *err)
{
	const struct timespec pause = { .tv_nsec = waiting->pause_ms * 1000 * 1000 };

	if (sig_check(err) < 0)
		return -1;
	if (platform_now_ms() >= waiting->until) {
		err_set(err, ERR_FAILED, "another rehash has %s/%s, for more than %llu seconds",
			dir->path, lock, (unsigned long long)waiting->seconds);
		err_pyenv(err,
			  "pyenv: cannot rehash: couldn't acquire lock %s/%s for %llu seconds. "
			  "Last error message:\n%s/%s: %s",
			  dir->path, lock, (unsigned long long)waiting->seconds, dir->path, lock,
			  err_errno_text(EEXIST));
		return err_detail(err, "to fix", "wait for it to end, or set PYENV_REHASH_TIMEOUT");
	}
	(void)nanosleep(&pause, NULL);
	waiting->pause_ms = waiting->pause_ms * 2 < TRY_MS ? waiting->pause_ms * 2 : TRY_MS;
	return 0;
}

int
shims_lock(const struct dir *locks, bool in_passing, struct lock *ret_lock, struct err *err)
{
	struct waiting waiting = begin_waiting(in_passing);
	bool taken = false;

	for (;;) {
		if (fs_try_lock(locks, SHIMS_LOCK, &taken, ret_lock, err) < 0)
			return -1;
		if (taken)
			return 0;
		if (wait_again(&waiting, locks, SHIMS_LOCK, err) < 0)
			return -1;
	}
}

bool
pyenv_lock_is_left(const struct dir *shims)
{
	cleanup_free char *text = fs_read_link(shims, PYENV_LOCK);

	return text && strcmp(text, OUR_LOCK_TEXT) == 0;
}

/* Is the lock that is there left over? Ours is, because we hold the lock among pyverns
 * now; pyenv's when it is old. */
static bool
is_left_over(const struct dir *shims)
{
	struct stat st;

	if (pyenv_lock_is_left(shims))
		return true;
	return fstatat(shims->fd, PYENV_LOCK, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       time(NULL) - st.st_mtim.tv_sec > LEFT_OVER_S;
}

int
pyenv_lock_take(const struct dir *shims, bool in_passing, struct pyenv_lock *ret_lock,
		struct err *err)
{
	struct waiting waiting = begin_waiting(in_passing);

	for (;;) {
		if (symlinkat(OUR_LOCK_TEXT, shims->fd, PYENV_LOCK) == 0) {
			ret_lock->shims = shims;
			return 0;
		}
		if (errno != EEXIST)
			return err_sys(err, "cannot make %s/%s", shims->path, PYENV_LOCK);
		if (is_left_over(shims) &&
		    (unlinkat(shims->fd, PYENV_LOCK, 0) == 0 || errno == ENOENT))
			continue;
		if (wait_again(&waiting, shims, PYENV_LOCK, err) < 0)
			return -1;
	}
}

void
pyenv_lock_release(struct pyenv_lock *lock)
{
	if (lock->shims)
		(void)unlinkat(lock->shims->fd, PYENV_LOCK, 0);
}
