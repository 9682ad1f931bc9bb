/* SPDX-License-Identifier: MIT */
/* pyvern probe: what an installed Python can do, alone or beside another one. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "commands.h"
#include "core/choice.h"
#include "core/store.h"
#include "supply/probe.h"

#define SCHEMA 1

/* One Python, probed. */
struct probed {
	char *name;
	char *prefix;
	struct probe_report report;
};

static void
probed_reset(struct probed *p)
{
	free(p->name);
	free(p->prefix);
	probe_report_reset(&p->report);
}
#define cleanup_probed cleanup_with(probed_reset)

/* TEXT, or the first version that is chosen here. */
static int
resolve(struct context *ctx, const char *text, char **ret_name, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	const struct selection *s = &choice.selection;
	char name[VERSION_NAME_MAX + 1];
	cleanup_free char *word = NULL;

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (!text && choice_check(&choice, err) < 0)
		return -1;
	if (!text && s->count && s->items[0].state == ITEM_INSTALLED) {
		*ret_name = mem_strdup(s->items[0].name);
		return 0;
	}
	if (!text)
		return err_set(err, ERR_USAGE,
			       "the system's Python is chosen here; name a version: "
			       "pyvern adopt makes it one");
	if (selection_resolve_text(&choice.input, str_from(text), name, NULL) == ITEM_INSTALLED) {
		*ret_name = mem_strdup(name);
		return 0;
	}
	(void)err_set(err, ERR_NOT_INSTALLED, "%s is not installed", text);
	if (!shell_text_ok(text))
		return -1;
	word = shell_word(text);
	return err_detail(err, "to fix", "pyvern install %s", word);
}

/* The environment without what would show the user's packages. */
static void
clean_env(struct env *ret)
{
	static const char *const unwanted[] = { "PYTHONHOME",	    "PYTHONPATH",
						"PYTHONSTARTUP",    "PYTHONPLATLIBDIR",
						"PYTHONEXECUTABLE", "VIRTUAL_ENV",
						"LD_LIBRARY_PATH" };

	env_copy(ret);
	for (size_t i = 0; i < sizeof(unwanted) / sizeof(*unwanted); i++)
		env_unset(ret, unwanted[i]);
}

static int
probe(struct context *ctx, const char *text, struct probed *ret, struct err *err)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_env struct env env = { 0 };
	struct version version = { 0 };

	if (resolve(ctx, text, &ret->name, err) < 0)
		return -1;
	ret->prefix = path_join(ctx->layout->root, LAYOUT_VERSIONS, ret->name, NULL);
	/* A name of the user's own tells no version: then all modules are asked for. */
	(void)version_parse(str_from(ret->name), &version);
	clean_env(&env);
	if (fs_open_dir(ret->prefix, &tree, err) < 0)
		return -1;
	if (probe_python(&tree, "bin/python", &version, &env, &ret->report, err) == 0)
		return 0;
	/* Without ssl it is one that we would not install, and can be described. */
	if (err->code != ERR_FAILED || !ret->report.python)
		return err_wrap(err, "%s", ret->name);
	err_reset(err);
	return 0;
}

/* Why the module NAME is missing; NULL: it is not. */
static const char *
missing_reason(const struct probe_report *report, const char *name)
{
	for (size_t i = 0; i < report->missing.count; i++)
		if (strcmp(report->missing.items[i], name) == 0)
			return report->reasons.items[i];
	return NULL;
}

static void
show(struct context *ctx, const struct probed *p)
{
	const struct probe_report *r = &p->report;
	cleanup_free char *works = strvec_join(&r->works, " ");
	struct out_table *table = out_table_new(2);

	out_table_row(table, (const char *[]){ "python", r->python });
	out_table_row(table, (const char *[]){ "prefix", p->prefix });
	out_table_row(table, (const char *[]){ "modules", works });
	for (size_t i = 0; i < r->missing.count; i++) {
		cleanup_free char *missing =
			mem_printf("%s: %s", r->missing.items[i], r->reasons.items[i]);

		out_table_row(table, (const char *[]){ "missing", missing });
	}
	for (size_t i = 0; probe_fact_names[i]; i++)
		if (probe_fact(r, probe_fact_names[i]))
			out_table_row(table,
				      (const char *[]){ probe_fact_names[i],
							probe_fact(r, probe_fact_names[i]) });
	out_table_print(ctx->out, table);
}

/* Both sides of a difference, as words; NULL: a side has nothing to say. */
struct difference {
	const char *name;
	const char *one;
	const char *other;
};

static const char *
module_state(const struct probe_report *report, const char *name)
{
	if (strvec_has(&report->works, name))
		return "works";
	return missing_reason(report, name) ? "missing" : NULL;
}

/* All that can differ, in order: modules, then facts. */
static size_t
differences(const struct probe_report *one, const struct probe_report *other,
	    struct difference **ret)
{
	struct strvec const *lists[] = { &one->works, &one->missing, &other->works,
					 &other->missing };
	struct strvec seen = { 0 };
	size_t count = 0;

	*ret = NULL;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			const char *name = lists[i]->items[j];

			if (strvec_has(&seen, name))
				continue;
			strvec_add(&seen, name);
			*ret = vec_grow(*ret, count, sizeof(**ret));
			(*ret)[count++] = (struct difference){ name, module_state(one, name),
							       module_state(other, name) };
		}
	}
	strvec_reset(&seen);
	for (size_t i = 0; probe_fact_names[i]; i++) {
		*ret = vec_grow(*ret, count, sizeof(**ret));
		(*ret)[count++] = (struct difference){ probe_fact_names[i],
						       probe_fact(one, probe_fact_names[i]),
						       probe_fact(other, probe_fact_names[i]) };
	}
	return count;
}

static bool
differs(const struct difference *d)
{
	return d->one && d->other ? strcmp(d->one, d->other) != 0 : d->one != d->other;
}

static void
show_difference(struct context *ctx, const struct probed *one, const struct probed *other)
{
	struct difference *all;
	size_t count = differences(&one->report, &other->report, &all);
	struct out_table *table = out_table_new(3);
	bool any = false;

	out_table_row(table, (const char *[]){ "", one->name, other->name });
	for (size_t i = 0; i < count; i++) {
		if (!differs(&all[i]))
			continue;
		any = true;
		out_table_row(table, (const char *[]){ all[i].name, all[i].one ? all[i].one : "-",
						       all[i].other ? all[i].other : "-" });
	}
	free(all);
	if (!any)
		out_table_row(table, (const char *[]){ "same", "", "" });
	out_table_print(ctx->out, table);
}

static void
json_probed(struct context *ctx, const struct probed *p)
{
	const struct probe_report *r = &p->report;

	out_json_object(ctx->out, NULL);
	out_json_text(ctx->out, "name", p->name);
	out_json_text(ctx->out, "path", p->prefix);
	out_json_text(ctx->out, "python", r->python);
	out_json_array(ctx->out, "works");
	for (size_t i = 0; i < r->works.count; i++)
		out_json_text(ctx->out, NULL, r->works.items[i]);
	out_json_close(ctx->out);
	out_json_object(ctx->out, "missing");
	for (size_t i = 0; i < r->missing.count; i++)
		out_json_text(ctx->out, r->missing.items[i], r->reasons.items[i]);
	out_json_close(ctx->out);
	out_json_object(ctx->out, "facts");
	for (size_t i = 0; probe_fact_names[i]; i++)
		out_json_text(ctx->out, probe_fact_names[i], probe_fact(r, probe_fact_names[i]));
	out_json_close(ctx->out);
	out_json_close(ctx->out);
}

static void
show_json(struct context *ctx, const struct probed *one, const struct probed *other)
{
	out_json_begin(ctx->out, SCHEMA);
	out_json_array(ctx->out, "versions");
	json_probed(ctx, one);
	if (other)
		json_probed(ctx, other);
	out_json_close(ctx->out);
	out_json_end(ctx->out);
}

int
probe_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *beside = options_text(ctx->options, "diff");
	cleanup_probed struct probed one = { 0 };
	cleanup_probed struct probed other = { 0 };

	*ret_status = 0;
	if (args->count > 1)
		return err_set(err, ERR_USAGE, "probe takes one version, and --diff another one");
	if (probe(ctx, args->count ? args->items[0] : NULL, &one, err) < 0 ||
	    (beside && probe(ctx, beside, &other, err) < 0))
		return -1;
	if (options_has(ctx->options, "json"))
		show_json(ctx, &one, beside ? &other : NULL);
	else if (beside)
		show_difference(ctx, &one, &other);
	else
		show(ctx, &one);
	return 0;
}
