/* SPDX-License-Identifier: MIT */
/* An archive becomes a staged tree, in a program of its own. */
#include <config.h>

#include "supply/unpack.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "os/proc.h"
#include "supply/unpack_feed.h"

#define UNPACK_PROGRAM "pyvern-unpack"

/* One run of the program, watched by a thread. */
struct run {
	struct unpacking *unpacking; /* whose it is */
	pthread_t thread;
	bool running; /* the thread is to be joined */
	int archive;  /* read end of the pipe: the program's stdin; the thread's */
	struct feed feed;

	/* results, after run_join() */
	int status;
	char *said; /* text of an error line; NULL: none came */
	bool done;
	struct extract_result result;
	struct err error; /* it could not be run, or was interrupted */
};

struct unpacking {
	struct unpack_spec spec;
	struct fetch_follower follower;
	struct run run;
	bool stale; /* other bytes are coming than those that were fed */
};

static void
take_line(void *ctx, const char *line)
{
	struct run *r = ctx;
	const struct unpack_spec *spec = &r->unpacking->spec;
	struct str rest = str_from(line);
	struct str word;
	uint64_t number;

	if (!str_word(&rest, &word))
		return;
	rest = str_trim(rest);
	if (str_eq_text(word, "progress") && str_u64(rest, 0, UINT64_MAX, &number)) {
		event_progress(spec->events, spec->subject, "unpack", EVENT_UNIT_BYTES, number,
			       spec->size);
	} else if (str_eq_text(word, "sandbox")) {
		if (str_eq_text(rest, "holds"))
			feed_allow(&r->feed);
	} else if (str_eq_text(word, "done")) {
		r->done = str_word(&rest, &word) &&
			  str_u64(word, 0, UINT64_MAX, &r->result.files) &&
			  str_u64(str_trim(rest), 0, UINT64_MAX, &r->result.bytes);
	} else {
		/* An error line, or what a sanitizer or the linker has to say. */
		free(r->said);
		r->said =
			str_eq_text(word, "error") ? mem_strndup(rest.p, rest.n) : mem_strdup(line);
	}
}

static void
make_argv(const struct unpack_spec *spec, struct strvec *argv)
{
	const struct archive_limits *limits = spec->limits;

	strvec_add(argv, "");
	free(argv->items[0]);
	argv->items[0] = path_join(spec->layout->libexec, UNPACK_PROGRAM, NULL);
	strvec_printf(argv, "strip=%u", spec->strip);
	strvec_printf(argv, "entries=%" PRIu64, limits->entries);
	strvec_printf(argv, "file=%" PRIu64, limits->file_bytes);
	strvec_printf(argv, "total=%" PRIu64, limits->total_bytes);
	strvec_printf(argv, "ratio=%" PRIu64, limits->ratio);
}

static void *
watch(void *ctx)
{
	struct run *r = ctx;
	const struct unpack_spec *spec = &r->unpacking->spec;
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec proc = PROC_SPEC_INIT;

	make_argv(spec, &argv);
	proc.argv = argv.items;
	proc.stdin_fd = r->archive;
	proc.pass_fd = spec->into->fd;
	proc.on_line = take_line;
	proc.ctx = r;
	if (proc_run(&proc, &r->status, &r->error) < 0)
		r->status = -1;
	/* The feed must not wait for a program that is no more. */
	cleanup_fd_handler(&r->archive);
	r->archive = -1;
	return NULL;
}

static void
run_reset(struct run *r)
{
	/* The pipe's end goes first: the program sees the end of the archive. */
	feed_reset(&r->feed);
	if (r->running)
		(void)pthread_join(r->thread, NULL);
	cleanup_fd_handler(&r->archive);
	free(r->said);
	err_reset(&r->error);
	*r = (struct run){ .archive = -1, .feed = { .pipe = -1, .fd = -1 } };
}

static int
run_begin(struct run *r, struct unpacking *unpacking, struct err *err)
{
	int ends[2];
	int failed;

	*r = (struct run){ .unpacking = unpacking,
			   .archive = -1,
			   .feed = { .pipe = -1, .fd = -1 } };
	if (proc_pipe(ends) < 0)
		return err_sys(err, "cannot make a pipe");
	r->archive = ends[0];
	if (feed_begin(&r->feed, ends[1], err) < 0)
		return -1;
	failed = pthread_create(&r->thread, NULL, watch, r);
	r->running = failed == 0;
	return failed ? err_set(err, ERR_FAILED, "cannot start a thread: %s",
				err_errno_text(failed))
		      : 0;
}

/* Wait until the program has ended. */
static void
run_join(struct run *r)
{
	if (r->running)
		(void)pthread_join(r->thread, NULL);
	r->running = false;
}

static void
on_grew(void *ctx, int fd, uint64_t size)
{
	struct unpacking *u = ctx;

	if (!u->stale)
		feed_grew(&u->run.feed, fd, size);
}

static void
on_restarted(void *ctx)
{
	struct unpacking *u = ctx;

	/* Begun anew when the file is whole: a download that starts over is rare. */
	u->stale = true;
	feed_stop(&u->run.feed);
}

int
unpack_begin(const struct unpack_spec *spec, struct unpacking **ret_unpacking, struct err *err)
{
	cleanup_unpacking struct unpacking *u = mem_zalloc(sizeof(*u));

	u->spec = *spec;
	u->follower =
		(struct fetch_follower){ .grew = on_grew, .restarted = on_restarted, .ctx = u };
	if (run_begin(&u->run, u, err) < 0)
		return -1;
	*ret_unpacking = steal_ptr(&u);
	return 0;
}

const struct fetch_follower *
unpack_follower(const struct unpacking *u)
{
	return &u->follower;
}

bool
unpack_is_shut_in(struct unpacking *u)
{
	return feed_is(&u->run.feed, &u->run.feed.shut_in);
}

bool
unpack_was_fed_early(struct unpacking *u)
{
	return feed_is(&u->run.feed, &u->run.feed.fed_early);
}

static int
empty(const struct dir *dir, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (fs_remove_tree(dir, names.items[i], err) < 0)
			return -1;
	return 0;
}

/* What the program said, and whether it was about the right bytes. */
static int
judge(struct run *r, const struct fetched *file, struct unpack_result *ret_result, struct err *err)
{
	const char *name = file->path ? file->path : "the archive";

	if (r->error.code != ERR_NONE) {
		*err = r->error;
		r->error = (struct err){ 0 };
		return -1;
	}
	if (r->status != 0 || !r->done)
		return err_set(err, r->status == err_status(ERR_CHECK) ? ERR_CHECK : ERR_FAILED,
			       "cannot unpack %s: %s (status %d)", name,
			       r->said ? r->said : "the unpacker said nothing", r->status);
	if (!file->provenance.sha256 || strcmp(r->feed.hex, file->provenance.sha256) != 0)
		return err_set(err, ERR_CHECK, "what was unpacked is not what %s has", name);
	*ret_result = (struct unpack_result){
		.tree = r->result,
		.shut_in = feed_is(&r->feed, &r->feed.shut_in),
		.while_it_arrived = feed_is(&r->feed, &r->feed.fed_early),
	};
	return 0;
}

int
unpack_end(struct unpacking *u, const struct fetched *file, struct unpack_result *ret_result,
	   struct err *err)
{
	struct run *r = &u->run;
	cleanup_err struct err reading = { 0 };

	event_phase(u->spec.events, u->spec.subject, "unpack", NULL);
	if (u->stale) {
		run_reset(r);
		u->stale = false;
		if (empty(u->spec.into, err) < 0 || run_begin(r, u, err) < 0)
			return -1;
	}
	feed_whole(&r->feed, file->fd, file->provenance.size);
	if (feed_join(&r->feed, &reading) < 0 && r->error.code == ERR_NONE) {
		run_join(r);
		*err = reading;
		reading = (struct err){ 0 };
		return -1;
	}
	run_join(r);
	return judge(r, file, ret_result, err);
}

void
unpack_free(struct unpacking *u)
{
	if (!u)
		return;
	run_reset(&u->run);
	free(u);
}

int
unpack_archive(const struct unpack_spec *spec, const struct fetched *archive,
	       struct unpack_result *ret_result, struct err *err)
{
	cleanup_unpacking struct unpacking *u = NULL;

	if (unpack_begin(spec, &u, err) < 0)
		return -1;
	return unpack_end(u, archive, ret_result, err);
}
