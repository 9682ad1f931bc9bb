/* SPDX-License-Identifier: MIT */
/* Several versions at once. */
#include <config.h>

#include "install_many.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/path.h"
#include "core/shims.h"
#include "core/store.h"
#include "install_given.h"
#include "os/platform.h"
#include "os/sig.h"
#include "supply/fetch.h"
#include "supply/install_turns.h"

/* Between two looks at the live lines, in nanoseconds. */
#define TICK_NS (100L * 1000 * 1000)
#define SECOND_NS (1000L * 1000 * 1000)
/* 4 MiB: some C libraries give a thread less than libcurl or a deep tree needs. */
#define STACK_SIZE ((size_t)4 * 1024 * 1024)

struct many {
	const struct install_job *job;
	struct outcomes *all;
	struct install_options options;
	size_t count; /* of what is to be worked on */
	int64_t start_ms;

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	size_t next;	/* outcome that is looked at next */
	size_t running; /* threads */
};

/* The next that nobody works on; NULL: none, or none any more. */
static struct outcome *
take_next(struct many *m)
{
	struct outcome *taken = NULL;

	(void)pthread_mutex_lock(&m->lock);
	/* Those that others work on are before NEXT. */
	while (m->next < m->all->count && m->all->items[m->next].state != OUTCOME_WANTED)
		m->next++;
	if (m->next < m->all->count && !sig_received())
		taken = &m->all->items[m->next++];
	/* With the lock held: their lines stand as they were named. */
	if (taken)
		event_begin(m->options.events, taken->name);
	(void)pthread_mutex_unlock(&m->lock);
	return taken;
}

static void
install_one(const struct many *m, struct outcome *outcome)
{
	struct err err = { 0 };

	if (job_install(m->job, &m->options, outcome->request, outcome, &err) == 0)
		return;
	if (err.code == ERR_INTERRUPTED || outcome->state == OUTCOME_DONE) {
		err_reset(&err);
		return;
	}
	if (*outcome->asker)
		(void)err_detail(&err, "asked by", "%s", outcome->asker);
	outcome->err = err;
	outcome->state = OUTCOME_FAILED;
}

static void *
run_thread(void *ctx)
{
	struct many *m = ctx;
	struct outcome *outcome;

	while ((outcome = take_next(m)))
		install_one(m, outcome);
	(void)pthread_mutex_lock(&m->lock);
	m->running--;
	(void)pthread_cond_signal(&m->changed);
	(void)pthread_mutex_unlock(&m->lock);
	return NULL;
}

/* Until all threads have ended. */
static void
keep_lines_moving(struct many *m)
{
	bool running = true;

	while (running) {
		struct timespec until;

		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += TICK_NS;
		until.tv_sec += until.tv_nsec / SECOND_NS;
		until.tv_nsec %= SECOND_NS;
		(void)pthread_mutex_lock(&m->lock);
		if (m->running)
			(void)pthread_cond_timedwait(&m->changed, &m->lock, &until);
		running = m->running > 0;
		(void)pthread_mutex_unlock(&m->lock);
		out_tick(m->job->ctx->out);
	}
}

static int
start_threads(struct many *m, pthread_t *threads, size_t *ret_count, struct err *err)
{
	size_t wanted = m->count < INSTALL_MANY_MAX ? m->count : INSTALL_MANY_MAX;
	pthread_attr_t attributes;
	int failed = 0;

	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
	(void)pthread_mutex_lock(&m->lock);
	for (*ret_count = 0; *ret_count < wanted; ++*ret_count) {
		failed = pthread_create(&threads[*ret_count], &attributes, run_thread, m);
		if (failed)
			break;
	}
	m->running = *ret_count;
	(void)pthread_mutex_unlock(&m->lock);
	(void)pthread_attr_destroy(&attributes);
	/* Fewer do as well. */
	if (*ret_count)
		return 0;
	return err_set(err, ERR_FAILED, "cannot start a thread: %s", err_errno_text(failed));
}

static int
work(struct many *m, struct err *err)
{
	cleanup_fetch_session struct fetch_session *session = NULL;
	cleanup_install_turns struct install_turns *turns = install_turns_new(platform_cpus());
	pthread_t threads[INSTALL_MANY_MAX];
	struct fetch_options fetch;
	size_t count;

	fetch_options_init(m->job->ctx->layout, m->job->ctx->config, &fetch);
	if (m->count > 1 && !m->options.offline &&
	    fetch_session_open(&fetch.http, &session, err) < 0)
		return -1;
	m->options.session = session;
	m->options.turns = turns;
	m->options.no_default = m->count > 1;
	if (start_threads(m, threads, &count, err) < 0)
		return -1;
	keep_lines_moving(m);
	for (size_t i = 0; i < count; i++)
		(void)pthread_join(threads[i], NULL);
	return 0;
}

/* The one before OUTCOME that is the same version, or NULL. */
static const struct outcome *
find_twin(const struct outcomes *all, const struct outcome *outcome)
{
	for (const struct outcome *other = all->items; other < outcome; other++)
		if (other->name && strcmp(other->name, outcome->name) == 0)
			return other;
	return NULL;
}

/* A definition's version is called as its file. */
static int
find_name(const struct many *m, struct outcome *outcome)
{
	if (!m->options.named && !m->options.origin)
		outcome->definition = given_definition(m->job->ctx, outcome->request);
	if (!outcome->definition)
		return install_find(&m->options, outcome->request, &outcome->name, &outcome->err);
	outcome->name = mem_printf("%s%s", path_base(outcome->definition).p,
				   m->options.debug ? "-debug" : "");
	return 0;
}

/* What OUTCOME's request stands for. Only a text that is no request is an error. */
static int
resolve(const struct many *m, struct outcome *outcome, struct err *err)
{
	if (find_name(m, outcome) < 0) {
		if (*outcome->asker)
			(void)err_detail(&outcome->err, "asked by", "%s", outcome->asker);
		outcome->state = OUTCOME_FAILED;
		if (outcome->err.code != ERR_USAGE)
			return 0;
		*err = outcome->err;
		outcome->err = (struct err){ 0 };
		outcome_fail(outcome, err);
		return -1;
	}
	if (find_twin(m->all, outcome)) {
		outcome->state = OUTCOME_TWICE;
	} else if (!m->options.replace && job_is_installed(m->job, outcome->name)) {
		outcome->state = OUTCOME_PRESENT;
		job_show_present(m->job, outcome->name);
	}
	return 0;
}

static int
resolve_all(const struct many *m, struct err *err)
{
	for (size_t i = 0; i < m->all->count; i++)
		if (m->all->items[i].state == OUTCOME_WANTED &&
		    resolve(m, &m->all->items[i], err) < 0)
			return -1;
	return 0;
}

/* One error for all where nothing can be installed. */
static int
prepare_root(const struct many *m, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;

	for (size_t i = 0; i < m->all->count; i++) {
		const struct outcome *outcome = &m->all->items[i];
		cleanup_free char *what = mem_printf("install %s", outcome->name);

		if (outcome->state == OUTCOME_WANTED)
			return store_open_writable(m->job->ctx->layout, what, &store, err);
	}
	return 0;
}

/* The first named one that is new becomes the global version, if all that is there came
 * with it. Not worth more than a warning. */
static void
choose_default(const struct many *m)
{
	const struct context *ctx = m->job->ctx;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_store struct store store = STORE_INIT;
	cleanup_err struct err why = { 0 };
	struct outcome *first = NULL;

	for (size_t i = 0; i < m->all->count; i++) {
		struct outcome *outcome = &m->all->items[i];

		if (outcome->state != OUTCOME_DONE)
			continue;
		first = first ? first : outcome;
		strvec_add(&names, outcome->name);
	}
	if (!first || !m->options.no_default)
		return;
	if (store_open(ctx->layout, &store, &why) < 0 ||
	    store_choose_first(&store, first->name, &names, &first->result.first, &why) < 0)
		out_fact(ctx->out, '!', first->name, "it is not the global version: %s",
			 why.message);
	else if (first->result.first)
		outcome_show_default(ctx, first->name);
}

/* "+ 4 versions   112 MB   8.1 s". */
static void
show_sum(const struct many *m)
{
	struct out *out = m->job->ctx->out;
	size_t count = outcomes_count(m->all, OUTCOME_DONE);
	cleanup_free char *label = mem_printf("%zu versions", count);
	cleanup_free char *time = out_duration((uint64_t)(platform_now_ms() - m->start_ms));
	cleanup_free char *size = NULL;
	uint64_t bytes = 0;

	for (size_t i = 0; i < m->all->count; i++)
		if (m->all->items[i].state == OUTCOME_DONE)
			bytes += m->all->items[i].result.provenance.size;
	size = out_size(bytes);
	if (count > 1)
		out_fact(out, '+', label, "%s   %s", size, time);
}

static bool
any_is_first(const struct outcomes *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].state == OUTCOME_DONE && all->items[i].result.first)
			return true;
	return false;
}

/* "4 installed, 1 failed: 3.11.9", after all that they have to say. */
static int
tell_failures(const struct many *m, int *ret_status, struct err *err)
{
	const struct context *ctx = m->job->ctx;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *text = NULL;
	enum err_code code = ERR_NONE;

	for (size_t i = 0; i < m->all->count; i++) {
		const struct outcome *outcome = &m->all->items[i];

		if (outcome->state != OUTCOME_FAILED)
			continue;
		code = code ? code : outcome->err.code;
		strvec_add(&names, outcome->name ? outcome->name : outcome->request);
		out_error(ctx->out, &outcome->err);
	}
	if (sig_check(err) < 0)
		return -1;
	text = strvec_join(&names, ", ");
	out_say(ctx->out, "%s: %zu installed, %zu failed: %s", ctx->program,
		outcomes_count(m->all, OUTCOME_DONE), names.count, text);
	*ret_status = err_status(code);
	return 0;
}

/* The error of the one that failed. */
static int
tell_failure(const struct many *m, struct err *err)
{
	for (size_t i = 0; i < m->all->count; i++) {
		struct outcome *outcome = &m->all->items[i];

		if (outcome->state != OUTCOME_FAILED)
			continue;
		*err = outcome->err;
		outcome->err = (struct err){ 0 };
		outcome_fail(outcome, err);
	}
	return -1;
}

/* Something was killed between a version and its shims: whoever asks for that version again
 * gets them. Where the root is not ours, nothing is said about it. */
static void
mend_shims(const struct many *m)
{
	static const struct events nobody = { 0 };
	cleanup_store struct store store = STORE_INIT;
	cleanup_err struct err ignored = { 0 };
	struct shims_result shims;

	if (outcomes_count(m->all, OUTCOME_PRESENT) == 0 ||
	    store_open(m->job->ctx->layout, &store, &ignored) < 0)
		return;
	(void)!shims_rehash(&store, &nobody, &shims, &ignored);
}

static int
finish(const struct many *m, int *ret_status, struct err *err)
{
	size_t failed = outcomes_count(m->all, OUTCOME_FAILED);
	size_t asked = failed + outcomes_count(m->all, OUTCOME_DONE) +
		       outcomes_count(m->all, OUTCOME_WANTED);

	mend_shims(m);
	show_sum(m);
	choose_default(m);
	if (any_is_first(m->all))
		outcome_warn_of_path(m->job->ctx);
	if (failed && asked == 1)
		return tell_failure(m, err);
	return failed ? tell_failures(m, ret_status, err) : sig_check(err);
}

int
install_many(const struct install_job *job, struct outcomes *all, int *ret_status, struct err *err)
{
	struct many m = { .job = job,
			  .all = all,
			  .options = job->options,
			  .start_ms = platform_now_ms(),
			  .lock = PTHREAD_MUTEX_INITIALIZER,
			  .changed = PTHREAD_COND_INITIALIZER };

	if (resolve_all(&m, err) < 0)
		return -1;
	m.count = outcomes_count(all, OUTCOME_WANTED);
	if (m.count && (prepare_root(&m, err) < 0 || work(&m, err) < 0))
		return -1;
	return finish(&m, ret_status, err);
}
