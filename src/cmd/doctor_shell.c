/* SPDX-License-Identifier: MIT */
/* doctor: shims, the shell's files, PATH, variables, and what is asked for here. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/doctor.h"
#include "cmd/init_files.h"
#include "cmd/installed.h"
#include "cmd/path_order.h"
#include "core/choice.h"
#include "core/shims.h"
#include "os/proc.h"

/* Files in the shims folder that are none come as warnings (core/shims). */
struct strangers {
	size_t count;
	char *first;
};

static void
count_stranger(void *ctx, const struct event *event)
{
	struct strangers *strangers = ctx;

	if (event->kind != EVENT_WARNING)
		return;
	if (strangers->count++ == 0)
		strangers->first = mem_strdup(event->text);
}

static void
tell_strangers(struct doctor *d, struct strangers *strangers)
{
	if (strangers->count == 0)
		return;
	doctor_tell(d, DOCTOR_PROBLEM, "shims", "%s", strangers->first);
	if (strangers->count > 1)
		doctor_because(d, "and %zu more", strangers->count - 1);
	doctor_fix(d, "move it out of the folder");
}

static void
tell_shims(struct doctor *d, const struct shims_state *state)
{
	cleanup_free char *stamp = path_join(d->ctx->layout->root, ".rehashed", NULL);
	cleanup_free char *word = shell_word(stamp);
	const struct shims_result *wants = &state->wants;

	if (state->stamp_lies && !state->hooks_decide) {
		doctor_tell(d, DOCTOR_PROBLEM, "shims",
			    "are not right, and .rehashed says that they are");
		doctor_fix(d, "rm %s && pyvern rehash", word);
	} else if (!state->exists || !state->is_current) {
		doctor_tell(d, DOCTOR_PROBLEM, "shims",
			    state->exists ? "are not of this pyvern" : "are not there yet");
		doctor_fix(d, "pyvern rehash");
	} else if (!state->hooks_decide && (wants->added || wants->removed)) {
		doctor_tell(d, DOCTOR_PROBLEM, "shims",
			    "%u command%s without one, %u without a command", wants->added,
			    wants->added == 1 ? "" : "s", wants->removed);
		doctor_fix(d, "pyvern rehash");
	} else {
		doctor_tell(d, DOCTOR_FINE, "shims", "%u, as they should be", wants->kept);
	}
}

int
doctor_shims(struct doctor *d, struct err *err)
{
	struct strangers strangers = { 0 };
	struct events events = { count_stranger, &strangers };
	struct shims_state state;

	if (d->store->versions.fd < 0)
		return 0;
	if (shims_check(d->store, &events, &state, err) < 0) {
		free(strangers.first);
		return -1;
	}
	tell_shims(d, &state);
	tell_strangers(d, &strangers);
	free(strangers.first);
	return 0;
}

struct starting {
	struct doctor *d;
	const char *file; /* of the last finding: one for each file */
	bool is_ours;	  /* `pyenv` is this program */
};

static bool
contains(struct str text, struct str part)
{
	for (; text.n >= part.n; text = str_skip(text, 1))
		if (str_starts(text, part))
			return true;
	return false;
}

/* Is PATH this very program? */
static bool
is_this_program(const struct layout *layout, const char *path)
{
	cleanup_free char *own = path_join(layout->bin, "pyvern", NULL);
	struct stat ours;
	struct stat there;

	return stat(own, &ours) == 0 && stat(path, &there) == 0 && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino;
}

/* Does `pyenv` mean us in a new shell, as far as this one can tell? pyenv's own lines
 * put the root's bin first. */
static bool
pyenv_is_ours(const struct layout *layout)
{
	cleanup_free char *bin = path_join(layout->root, "bin", NULL);
	const char *path = getenv("PATH");
	cleanup_free char *there = proc_find("pyenv", bin, NULL);
	cleanup_free char *found = path ? proc_find("pyenv", path, NULL) : NULL;

	if (there)
		return is_this_program(layout, there);
	return found && is_this_program(layout, found);
}

static void
tell_line(void *ctx, const struct init_line *line)
{
	struct starting *starting = ctx;
	cleanup_free char *subject = mem_printf("%s:%u", line->file, line->number);
	const char *name = getenv("SHELL");
	bool is_this = name && str_eq_text(path_base(name), line->shell);

	/* What only names a folder of pyenv's does no harm. */
	if (starting->file == line->file || !contains(line->text, STR_LIT("init")))
		return;
	starting->file = line->file;
	if (starting->is_ours) {
		doctor_tell(starting->d, DOCTOR_FINE, subject,
			    "starts pyenv, which is this program");
		return;
	}
	doctor_tell(starting->d, DOCTOR_PROBLEM, subject,
		    "starts pyenv: each new shell would put pyenv's shims over ours");
	doctor_fix(starting->d, "pyvern init --install --replace%s%s", is_this ? "" : " ",
		   is_this ? "" : line->shell);
}

int
doctor_shell(struct doctor *d, struct err *err)
{
	struct starting starting = { .d = d, .is_ours = pyenv_is_ours(d->ctx->layout) };

	(void)err;
	init_files_each_pyenv(d->ctx->layout, tell_line, &starting);
	return 0;
}

int
doctor_path(struct doctor *d, struct err *err)
{
	cleanup_path_order struct path_order order = { 0 };
	cleanup_free char *shims = path_join(d->ctx->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_free char *word = shell_word(shims);

	(void)err;
	path_order_look(d->ctx->layout, &order);
	if (order.other) {
		cleanup_free char *place = layout_show(d->ctx->layout, order.other);

		doctor_tell(d, DOCTOR_PROBLEM, "PATH", "%s, another root's shims, %s", place,
			    order.has_shims ? "come before ours" : "are on it, and ours are not");
		doctor_fix(d, "export PATH=%s:\"$PATH\"", word);
	} else if (!order.has_shims) {
		doctor_tell(d, DOCTOR_PROBLEM, "PATH",
			    "the shims are not on it: python is not ours");
		doctor_fix(d, "pyvern init --install, then open a new shell");
	} else if (order.before) {
		doctor_tell(d, DOCTOR_PROBLEM, "PATH", "%s comes before the shims", order.before);
		doctor_fix(d, "export PATH=%s:\"$PATH\"", word);
	} else {
		doctor_tell(d, DOCTOR_FINE, "PATH", "the shims come before every other python");
	}
	return 0;
}

/* Variables that change what a Python is, or which. */
static const struct {
	const char *name;
	enum doctor_state state;
	const char *text;
} variables[] = {
	{ "PYVERN_VERSION", DOCTOR_NOTE, "is set: no pin is looked at" },
	{ "PYENV_VERSION", DOCTOR_NOTE, "is set: no pin is looked at" },
	{ "PYTHONHOME", DOCTOR_PROBLEM, "is set: every Python takes its library from there" },
	{ "PYTHONPATH", DOCTOR_NOTE, "is set: every Python looks for modules there first" },
};

int
doctor_variables(struct doctor *d, struct err *err)
{
	(void)err;
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = getenv(variables[i].name);

		if (!value || !*value)
			continue;
		doctor_tell(d, variables[i].state, variables[i].name, "%s", variables[i].text);
		doctor_because(d, "%s=%s", variables[i].name, value);
		doctor_fix(d, "unset %s", variables[i].name);
	}
	return 0;
}

/* What an error says, as a finding. */
static void
tell_error(struct doctor *d, const char *subject, const struct err *said)
{
	doctor_tell(d, DOCTOR_PROBLEM, subject, "%s", said->message);
	for (size_t i = 0; i < said->detail_count; i++) {
		const struct err_detail *detail = &said->details[i];

		if (strcmp(detail->label, "asked by") == 0)
			doctor_because(d, "asked by %s", detail->text);
		else if (strcmp(detail->label, "because") == 0)
			doctor_because(d, "%s", detail->text);
		else if (strcmp(detail->label, "to fix") == 0)
			doctor_fix(d, "%s", detail->text);
	}
}

/* The global file, where a pin or a variable comes before it. */
static void
look_at_global(struct doctor *d)
{
	cleanup_free char *path = path_join(d->ctx->layout->root, LAYOUT_GLOBAL, NULL);
	cleanup_free char *place = layout_show(d->ctx->layout, path);
	struct pin pin;

	pinfile_read(d->store->root.fd, LAYOUT_GLOBAL,
		     pinfile_dialect(STR_LIT(LAYOUT_GLOBAL), d->ctx->policy->reads_all_pins), &pin);
	for (size_t i = 0; pin.status == PIN_READ && i < pin.count; i++) {
		cleanup_free char *text = mem_strndup(pin.words[i].text.p, pin.words[i].text.n);
		cleanup_free char *found = store_find(d->store, text);
		cleanup_free char *fix = installed_fix(text);
		struct request request;

		if (found || !request_parse(pin.words[i].text, &request, NULL) ||
		    request.kind == REQUEST_SYSTEM)
			continue;
		doctor_tell(d, DOCTOR_PROBLEM, "global",
			    "%s:%u asks for %s, which is not installed", place, pin.words[i].line,
			    text);
		doctor_fix(d, "%s", fix);
	}
}

int
doctor_pins(struct doctor *d, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_err struct err said = { 0 };

	(void)err;
	choice_make(d->ctx->layout, d->ctx->policy, NULL, &choice);
	if (choice.selection.source != SOURCE_GLOBAL && d->store->root.fd >= 0)
		look_at_global(d);
	if (choice_check(&choice, &said) < 0)
		tell_error(d, "pin", &said);
	return 0;
}

int
doctor_policy(struct doctor *d, struct err *err)
{
	const struct rules *rules;
	cleanup_err struct err unknown = { 0 };
	const char *path;

	(void)err;
	if (config_rules(d->ctx->config, &rules, &unknown) < 0) {
		tell_error(d, "policy", &unknown);
		doctor_because(d, "nothing is installed while it cannot be known what it forbids");
		return 0;
	}
	for (size_t i = 0; (path = rules_path(rules, i)); i++) {
		cleanup_free char *place = layout_show(d->ctx->layout, path);

		doctor_tell(d, DOCTOR_NOTE, "policy", "%s is in force: see pyvern-policy (5)",
			    place);
	}
	return 0;
}
