/* SPDX-License-Identifier: MIT */
/* The log of one build: every line to a file, the last ones at hand. */
#include <config.h>

#include "supply/build_log.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "core/layout.h"
#include "core/toolchain.h"
#include "supply/build_failure.h"

/* A log that is looked through: builds write some MB. */
#define LOG_READ_MAX ((size_t)64 * 1024 * 1024)
#define LOG_CHUNK 65536

int
build_log_open(const struct dir *root, const char *version, struct build_log *ret_log,
	       struct err *err)
{
	char stamp[sizeof("20261231-235959")] = "";
	time_t now = time(NULL);
	struct tm tm;
	int fd;

	*ret_log = (struct build_log){ .dir = DIR_INIT };
	if (fs_make_dir_at(root, LAYOUT_LOGS, LAYOUT_FOLDER_MODE, &ret_log->dir, err) < 0 ||
	    fs_refuse_world_writable(&ret_log->dir, err) < 0) {
		dir_reset(&ret_log->dir);
		return -1;
	}
	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	ret_log->name = mem_printf("%s-%s.log", version, stamp);
	/* Appending: two builds of one version in one second are one story. */
	fd = openat(ret_log->dir.fd, ret_log->name,
		    O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd >= 0)
		ret_log->file = fdopen(fd, "a");
	/* By lines: people follow a log with tail -f, and it has to tell what
	 * happened when we are killed. */
	if (ret_log->file)
		setvbuf(ret_log->file, NULL, _IOLBF, BUFSIZ);
	if (!ret_log->file) {
		(void)err_sys(err, "cannot write the log %s/%s", ret_log->dir.path, ret_log->name);
		cleanup_fd_handler(&fd);
		free(build_log_close(ret_log, false));
		return -1;
	}
	return 0;
}

static void
write_line(struct build_log *log, const char *line)
{
	/* A full disk also fails the build, whose error says so: remember only. */
	if (log->file && (fputs(line, log->file) < 0 || putc('\n', log->file) < 0))
		log->broken = true;
}

void
build_log_phase(struct build_log *log, const char *phase, char *const *argv)
{
	struct strvec words = { 0 };
	cleanup_free char *command = NULL;
	cleanup_free char *headline = NULL;

	strvec_add_all(&words, argv);
	command = strvec_join(&words, " ");
	strvec_reset(&words);
	headline = mem_printf("== %s: %s", phase, command);
	log->used = true;
	if (log->file) {
		(void)fflush(log->file);
		log->begun = lseek(fileno(log->file), 0, SEEK_END);
	}
	write_line(log, headline);
	for (size_t i = 0; i < BUILD_LOG_TAIL; i++)
		free(steal_ptr(&log->tail[i]));
	log->lines = 0;
}

void
build_log_line(struct build_log *log, const char *line)
{
	char **slot = &log->tail[log->lines++ % BUILD_LOG_TAIL];

	write_line(log, line);
	free(*slot);
	*slot = mem_strdup(line);
}

int
build_log_show(struct build_log *log, struct err *err)
{
	if (!log->used || err_has_detail(err, "log"))
		return -1;
	if (log->file && fflush(log->file) != 0)
		log->broken = true;
	return err_detail(err, "log", "%s/%s%s", log->dir.path, log->name,
			  log->broken ? " (incomplete: it could not be written)" : "");
}

void
build_log_more(struct build_log *log, const struct dir *source, const char *file, const char *until)
{
	cleanup_buf struct buf text = BUF_INIT(LOG_READ_MAX);
	cleanup_err struct err ignored = { 0 };
	cleanup_strvec struct strvec lines = { 0 };
	struct str rest;
	struct str line;

	if (fs_read_file(source, file, &text, &ignored) < 0)
		return;
	rest = buf_str(&text);
	while (str_line(&rest, &line) && !str_starts(line, str_from(until)))
		strvec_add_str(&lines, line);
	for (size_t i = lines.count > BUILD_LOG_MORE_LINES ? lines.count - BUILD_LOG_MORE_LINES : 0;
	     i < lines.count; i++) {
		cleanup_free char *named = mem_printf("%s: %s", file, lines.items[i]);

		write_line(log, named);
	}
}

/* What the phase has written. */
static void
read_phase(struct build_log *log, struct buf *ret)
{
	cleanup_fd int fd = openat(log->dir.fd, log->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char chunk[LOG_CHUNK];
	ssize_t n;

	if (fd < 0 || (log->file && fflush(log->file) != 0) || lseek(fd, log->begun, SEEK_SET) < 0)
		return;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(ret, chunk, (size_t)n);
}

/* Is TEXT among the lines that are shown anyway? */
static bool
is_in_tail(const struct build_log *log, struct str text)
{
	struct str rest = text;
	struct str line;

	(void)str_line(&rest, &line);
	for (size_t i = 0; i < BUILD_LOG_TAIL; i++)
		if (log->tail[i] && str_eq_text(line, log->tail[i]))
			return true;
	return false;
}

/* Whose header is it? */
static void
name_package(struct str header, struct err *err)
{
	for (size_t i = 0; toolchain_parts[i].name; i++) {
		const struct toolchain_part *part = &toolchain_parts[i];
		cleanup_free char *fix = NULL;

		if (!str_eq_text(header, part->header))
			continue;
		fix = toolchain_fix(toolchain_packages(), &part, 1);
		if (fix)
			(void)err_detail(err, "to fix", "%s", fix);
		return;
	}
}

static void
explain_failure(struct build_log *log, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(LOG_READ_MAX);
	struct build_failure failure;
	struct str line;

	read_phase(log, &text);
	build_failure_find(buf_str(&text), &failure);
	if (failure.context.n && !is_in_tail(log, failure.context))
		while (str_line(&failure.context, &line))
			(void)err_detail(err, "first", "%.*s", STR_ARG(line));
	if (!failure.cause)
		return;
	(void)err_detail(err, "cause", "%s", failure.cause);
	if (failure.header.n)
		name_package(failure.header, err);
	(void)err_detail(err, err_has_detail(err, "to fix") ? "else" : "to fix", "%s", failure.fix);
}

int
build_log_explain(struct build_log *log, const char *label, struct err *err)
{
	size_t first = log->lines > BUILD_LOG_TAIL ? log->lines - BUILD_LOG_TAIL : 0;

	for (size_t i = first; i < log->lines; i++)
		(void)err_detail(err, label, "%s", log->tail[i % BUILD_LOG_TAIL]);
	explain_failure(log, err);
	return build_log_show(log, err);
}

char *
build_log_close(struct build_log *log, bool keep)
{
	char *kept = NULL;

	if (log->file && fclose(log->file) != 0)
		log->broken = true;
	if (log->name && keep && log->used)
		kept = path_join(log->dir.path, log->name, NULL);
	else if (log->name)
		unlinkat(log->dir.fd, log->name, 0);
	for (size_t i = 0; i < BUILD_LOG_TAIL; i++)
		free(log->tail[i]);
	free(log->name);
	dir_reset(&log->dir);
	*log = (struct build_log){ .dir = DIR_INIT };
	return kept;
}
