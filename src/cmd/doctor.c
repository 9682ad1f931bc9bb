/* SPDX-License-Identifier: MIT */
/* pyvern doctor: what is wrong here, and what mends it. */
#include <config.h>

#include "cmd/doctor.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	FOR_ROOT = 1 << 0,
	FOR_BUILDS = 1 << 1, /* what pyenv-doctor looks at (facts/pyenv.md, 10) */
};

static const struct check {
	const char *name;
	unsigned what_for;
	int (*run)(struct doctor *d, struct err *err);
} checks[] = {
	{ "root", FOR_ROOT, doctor_root },	   { "folders", FOR_ROOT, doctor_folders },
	{ "versions", FOR_ROOT, doctor_versions }, { "environments", FOR_ROOT, doctor_envs },
	{ "aliases", FOR_ROOT, doctor_aliases },   { "plugins", FOR_ROOT, doctor_plugins },
	{ "shims", FOR_ROOT, doctor_shims },	   { "shell", FOR_ROOT, doctor_shell },
	{ "path", FOR_ROOT, doctor_path },	   { "variables", FOR_ROOT, doctor_variables },
	{ "pins", FOR_ROOT, doctor_pins },	   { "policy", FOR_ROOT, doctor_policy },
	{ "build", FOR_BUILDS, doctor_build },
};

/* Options of pyenv-doctor about what is not installed from source here. */
static const struct {
	const char *option;
	const char *why;
} refused[] = {
	{ "jython", "Jython is not built here, so its java and ant are not looked for" },
	{ "pypy", "PyPy is not built here, so what its build needs is not looked for" },
	{ "stackless", "Stackless Python is not built here (its last release is of 2021)" },
};

static void
doctor_reset(struct doctor *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->symptoms[i].subject);
		free(d->symptoms[i].text);
		free(d->symptoms[i].because);
		free(d->symptoms[i].fix);
	}
	free(d->symptoms);
}

void
doctor_tell(struct doctor *d, enum doctor_state state, const char *subject, const char *fmt, ...)
{
	struct symptom *symptom;
	va_list args;

	d->symptoms = vec_grow(d->symptoms, d->count, sizeof(*d->symptoms));
	symptom = &d->symptoms[d->count++];
	*symptom = (struct symptom){ .check = d->check, .state = state };
	symptom->subject = mem_strdup(subject);
	va_start(args, fmt);
	symptom->text = mem_vprintf(fmt, args);
	va_end(args);
	d->problems += state == DOCTOR_PROBLEM;
}

void
doctor_because(struct doctor *d, const char *fmt, ...)
{
	struct symptom *last = &d->symptoms[d->count - 1];
	va_list args;

	free(last->because);
	va_start(args, fmt);
	last->because = mem_vprintf(fmt, args);
	va_end(args);
}

void
doctor_fix(struct doctor *d, const char *fmt, ...)
{
	struct symptom *last = &d->symptoms[d->count - 1];
	va_list args;

	free(last->fix);
	va_start(args, fmt);
	last->fix = mem_vprintf(fmt, args);
	va_end(args);
}

/* Does the next finding of the same kind have the same fix? Then that one shows it. */
static bool
fix_follows(const struct doctor *d, size_t i)
{
	const struct symptom *here = &d->symptoms[i];
	const struct symptom *next = here + 1;

	return i + 1 < d->count && next->fix && here->state == next->state &&
	       strcmp(here->fix, next->fix) == 0;
}

static void
show(const struct doctor *d, size_t from)
{
	struct out *out = d->ctx->out;

	for (size_t i = from; i < d->count; i++) {
		const struct symptom *s = &d->symptoms[i];

		out_fact(out, s->state == DOCTOR_PROBLEM ? '!' : '=', s->subject, "%s", s->text);
		if (s->because)
			out_detail(out, "because", "%s", s->because);
		if (s->fix && !fix_follows(d, i))
			out_detail(out, s->state == DOCTOR_PROBLEM ? "to fix" : "to change", "%s",
				   s->fix);
	}
}

static void
print_json(const struct doctor *d)
{
	static const char *const states[] = {
		[DOCTOR_FINE] = "fine", [DOCTOR_NOTE] = "note", [DOCTOR_PROBLEM] = "problem"
	};
	struct out *out = d->ctx->out;

	out_json_begin(out, 1);
	out_json_array(out, "findings");
	for (size_t i = 0; i < d->count; i++) {
		const struct symptom *s = &d->symptoms[i];

		out_json_object(out, NULL);
		out_json_text(out, "check", s->check);
		out_json_text(out, "state", states[s->state]);
		out_json_text(out, "subject", s->subject);
		out_json_text(out, "text", s->text);
		out_json_text(out, "because", s->because);
		out_json_text(out, "fix", s->fix);
		out_json_close(out);
	}
	out_json_close(out);
	out_json_number(out, "problems", (int64_t)d->problems);
	out_json_end(out);
}

static int
refuse(const struct options *options, struct err *err)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (options_has(options, refused[i].option))
			return err_set(err, ERR_USAGE, "doctor --%s: %s", refused[i].option,
				       refused[i].why);
	if (options->args.count > 1)
		return err_set(err, ERR_USAGE, "doctor takes one version: %s",
			       options->args.items[1]);
	return 0;
}

/* What the operand says: one that could be built here? */
static int
read_version(struct doctor *d, const struct options *options, struct err *err)
{
	struct version version;

	if (options->args.count == 0)
		return 0;
	d->version = options->args.items[0];
	if (!version_parse(str_from(d->version), &version) || !version.family.n)
		return err_set(err, ERR_USAGE, "%s is no version", d->version);
	if (str_eq_text(version.family, "cpython"))
		return 0;
	(void)err_set(err, ERR_USAGE, "%s is not built here: only CPython is", d->version);
	return err_detail(err, "to fix", "pyvern install %s, which somebody has built", d->version);
}

/* One after the other: what is known is shown while the next one looks. */
static int
examine(struct doctor *d, unsigned what_for, bool json, struct err *err)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		size_t before = d->count;

		if (!(checks[i].what_for & what_for))
			continue;
		d->check = checks[i].name;
		if (checks[i].run(d, err) < 0)
			return err_wrap(err, "doctor: %s", checks[i].name);
		if (!json)
			show(d, before);
	}
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_with(doctor_reset) struct doctor d = { .ctx = ctx, .store = &store };
	bool json = options_has(ctx->options, "json");
	bool builds = (options_has(ctx->options, "cpython") || ctx->options->args.count) &&
		      !options_has(ctx->options, "all");

	if (refuse(ctx->options, err) < 0 || read_version(&d, ctx->options, err) < 0 ||
	    store_open(ctx->layout, &store, err) < 0 ||
	    examine(&d, builds ? FOR_BUILDS : FOR_ROOT | FOR_BUILDS, json, err) < 0)
		return -1;
	if (json)
		print_json(&d);
	if (d.problems)
		*ret_status = 1;
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "all", .letter = 'a', .help = "look at everything: the default" },
	{ .name = "cpython", .letter = 'c', .help = "only what building Python needs" },
	{ .name = "json", .help = "print the findings as JSON" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ .name = "verbose", .letter = 'v', .help = "also what the compiler says" },
	{ .name = "jython", .letter = 'j', .help = "refused", .hidden = true },
	{ .name = "pypy", .letter = 'p', .help = "refused", .hidden = true },
	{ .name = "stackless", .letter = 's', .help = "refused", .hidden = true },
	{ 0 },
};

const struct command command_doctor = {
	.name = "doctor",
	.summary = "Find what is wrong here, and what mends it",
	.pyenv_usage = "[-a|--all] [-c|--cpython] [-v|--verbose]",
	.usage = "[VERSION]",
	.operands = { { OPERAND_INSTALLABLE } },
	.options = options,
	.help = "Looks at the root, its versions, environments, shims and plugins, at the shell's\n"
		"start-up files, PATH and variables, at what is asked for here, and whether "
		"Pythons\n"
		"can be built: tiny programs are compiled and linked. Nothing is changed.\n"
		"With VERSION: only whether that can be built here, and with which modules.\n"
		"The status is 1 when something needs you.",
	.run = run,
};
