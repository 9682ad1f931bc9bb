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

int
build_log_explain(struct build_log *log, const char *label, struct err *err)
{
	size_t first = log->lines > BUILD_LOG_TAIL ? log->lines - BUILD_LOG_TAIL : 0;

	for (size_t i = first; i < log->lines; i++)
		(void)err_detail(err, label, "%s", log->tail[i % BUILD_LOG_TAIL]);
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
