/* SPDX-License-Identifier: MIT */
/* Builds told as python-build tells them. */
#include <config.h>

#include "pyenv_tell.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/path.h"
#include "os/fs.h"

/* "Debian 12", "Darwin". Owned by the caller (free). */
static char *
system_name(void)
{
	cleanup_dirfd struct dir etc = DIR_INIT;
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	cleanup_err struct err ignored = { 0 };
	struct str rest;
	struct str line;
	struct utsname name;

	if (fs_open_dir("/etc", &etc, &ignored) == 0 &&
	    fs_read_file(&etc, "os-release", &text, &ignored) == 0) {
		rest = buf_str(&text);
		while (str_line(&rest, &line)) {
			struct str value = str_skip(line, strlen("PRETTY_NAME="));

			if (!str_starts(line, STR_LIT("PRETTY_NAME=")))
				continue;
			if (value.n >= 2 && (*value.p == '"' || *value.p == '\''))
				value = (struct str){ value.p + 1, value.n - 2 };
			return mem_strndup(value.p, value.n);
		}
	}
	return mem_strdup(uname(&name) == 0 ? name.sysname : "unknown system");
}

/* Is DETAIL a line of the log that the error shows? */
static bool
is_log_line(const struct err_detail *detail)
{
	static const char *const steps[] = { "patch", "configure", "make", "make install" };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (strcmp(detail->label, steps[i]) == 0)
			return true;
	return false;
}

static const char *
detail_text(const struct err *err, const char *label)
{
	for (size_t i = 0; i < err->detail_count; i++)
		if (strcmp(err->details[i].label, label) == 0)
			return err->details[i].text;
	return NULL;
}

static void
tell_log(struct out *out, const struct err *err)
{
	const char *kept = detail_text(err, "kept");
	bool any = false;

	if (kept)
		out_say(out, "Inspect or clean up the working tree at %s", kept);
	out_say(out, "Results logged to %s", detail_text(err, "log"));
	for (size_t i = 0; i < err->detail_count; i++) {
		if (!is_log_line(&err->details[i]))
			continue;
		if (!any)
			out_say(out, "\nLast 10 log lines:");
		any = true;
		out_say(out, "%s", err->details[i].text);
	}
}

/* Tell a failed build as pyenv does, and why, which it does not. Scripts look for
 * BUILD FAILED. */
static void
tell_failed_build(struct out *out, const struct err *err)
{
	cleanup_free char *system = system_name();
	bool has_log = err_has_detail(err, "log");

	if (has_log)
		out_say(out, "pyenv: %s", err->message);
	else
		out_error(out, err);
	out_say(out, "\nBUILD FAILED (%s using python-build %s)%s", system, PACKAGE_VERSION,
		has_log ? "\n\n" : "");
	if (has_log) {
		tell_log(out, err);
	}
}

static bool
may_fail_building(enum err_code code)
{
	return code == ERR_FAILED || code == ERR_NETWORK || code == ERR_NOT_CACHED ||
	       code == ERR_CHECK;
}

void
pyenv_tell_failure(struct out *out, const struct err *err)
{
	if (may_fail_building(err->code))
		tell_failed_build(out, err);
	else
		out_error(out, err);
}

void
pyenv_tell(void *ctx, const struct event *event)
{
	struct pyenv_teller *teller = ctx;
	const struct events *live = out_events(teller->out);

	if (event->kind == EVENT_PHASE && event->url) {
		struct str file = path_base(event->url);

		out_say(teller->out, "Downloading %.*s...\n-> %s", STR_ARG(file), event->url);
	} else if (event->kind == EVENT_PHASE && strcmp(event->phase, "package") == 0) {
		out_say(teller->out, "Installing %s...", event->text);
	} else if (event->kind == EVENT_PHASE && strcmp(event->phase, "clone") == 0) {
		out_say(teller->out, "Cloning %s...", event->text);
	} else if (event->kind == EVENT_PHASE && strcmp(event->phase, "unpack") == 0) {
		if (teller->package)
			out_say(teller->out, "Installing %s...", teller->package);
	} else if (event->kind == EVENT_LINE && teller->is_verbose) {
		cleanup_free char *safe = out_safe(event->text);

		out_data(teller->out, "%s\n", safe);
	} else if (event->kind == EVENT_WARNING) {
		out_say(teller->out, "WARNING: %s", event->text);
	} else if (event->kind != EVENT_PHASE && event->kind != EVENT_LINE) {
		/* On a terminal there is a live line, too. */
		live->emit(live->ctx, event);
	}
}

void
pyenv_tell_result(struct out *out, const char *package, const char *prefix,
		  const struct install_result *result)
{
	for (size_t i = 0; i < result->probe.missing.count; i++)
		if (strcmp(result->probe.missing.items[i], "tkinter") != 0)
			out_say(out,
				"WARNING: the Python %s module is missing: its library was not "
				"found",
				result->probe.missing.items[i]);
	out_say(out, "Installed %s to %s", package, prefix);
	if (result->kept_source)
		out_say(out, "The build folder is kept: %s", result->kept_source);
}
