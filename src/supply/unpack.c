/* SPDX-License-Identifier: MIT */
/* A verified archive becomes a staged tree, in a program of its own. */
#include <config.h>

#include "supply/unpack.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "os/proc.h"

#define UNPACK_PROGRAM "pyvern-unpack"

struct reading {
	const char *subject;
	const struct events *events;
	uint64_t total; /* bytes of the archive */
	char *error;	/* text of an error line; NULL: none came */
	bool done;
	struct extract_result result;
};

static void
take_line(void *ctx, const char *line)
{
	struct reading *r = ctx;
	struct str rest = str_from(line);
	struct str word;
	uint64_t number;

	if (!str_word(&rest, &word))
		return;
	rest = str_trim(rest);
	if (str_eq_text(word, "progress") && str_u64(rest, 0, UINT64_MAX, &number)) {
		event_progress(r->events, r->subject, "unpack", EVENT_UNIT_BYTES, number, r->total);
	} else if (str_eq_text(word, "done")) {
		r->done = str_word(&rest, &word) &&
			  str_u64(word, 0, UINT64_MAX, &r->result.files) &&
			  str_u64(str_trim(rest), 0, UINT64_MAX, &r->result.bytes);
	} else {
		/* An error line, or what a sanitizer or the linker has to say. */
		free(r->error);
		r->error =
			str_eq_text(word, "error") ? mem_strndup(rest.p, rest.n) : mem_strdup(line);
	}
}

static void
limit_args(struct strvec *argv, unsigned strip, const struct archive_limits *limits)
{
	strvec_printf(argv, "strip=%u", strip);
	strvec_printf(argv, "entries=%" PRIu64, limits->entries);
	strvec_printf(argv, "file=%" PRIu64, limits->file_bytes);
	strvec_printf(argv, "total=%" PRIu64, limits->total_bytes);
	strvec_printf(argv, "ratio=%" PRIu64, limits->ratio);
}

int
unpack_archive(const struct layout *layout, const struct fetched *archive, const struct dir *into,
	       unsigned strip, const struct archive_limits *limits, const char *subject,
	       const struct events *events, struct extract_result *ret_result, struct err *err)
{
	cleanup_free char *program = path_join(layout->libexec, UNPACK_PROGRAM, NULL);
	cleanup_strvec struct strvec argv = { 0 };
	struct reading reading = { .subject = subject,
				   .events = events,
				   .total = archive->provenance.size };
	struct proc_spec spec = PROC_SPEC_INIT;
	cleanup_free char *said = NULL;
	int status = 0;

	strvec_add(&argv, program);
	limit_args(&argv, strip, limits);
	spec.argv = argv.items;
	spec.stdin_fd = archive->fd;
	spec.pass_fd = into->fd;
	spec.on_line = take_line;
	spec.ctx = &reading;
	event_phase(events, subject, "unpack", NULL);
	if (proc_run(&spec, &status, err) < 0) {
		free(reading.error);
		return -1;
	}
	said = reading.error;
	if (status == 0 && reading.done) {
		*ret_result = reading.result;
		return 0;
	}
	return err_set(err, status == err_status(ERR_CHECK) ? ERR_CHECK : ERR_FAILED,
		       "cannot unpack %s: %s (status %d)", archive->path,
		       said ? said : "the unpacker said nothing", status);
}
