/* SPDX-License-Identifier: MIT */
/* pyvern outdated: installed versions of which there is a newer release. */
#include <config.h>

#include <string.h>

#include "commands.h"
#include "core/store.h"
#include "supply/catalog.h"
#include "supply/install_choice.h"
#include "venv/registry.h"

#define SCHEMA 1

/* The newest installed release of a series, and the newest that is known. */
struct row {
	char *name;
	char *newest;
	size_t follow; /* environments that the series' alias carries along */
	size_t stay;   /* made for this very release */
};

struct rows {
	struct row *items;
	size_t count;
};

static void
rows_reset(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free(rows->items[i].name);
		free(rows->items[i].newest);
	}
	free(rows->items);
}

/* Could one take the other's place: the same implementation, language, and variant? */
static bool
same_series(const struct version *a, const struct version *b)
{
	return str_eq(a->family, b->family) && a->language_parts >= 2 && b->language_parts >= 2 &&
	       a->language[0] == b->language[0] && a->language[1] == b->language[1] &&
	       a->free_threaded == b->free_threaded;
}

/* The name in NAMES that is the newest release of V's series, and not in WITHOUT; NULL: none.
 * DEBUG: of builds for debugging, or of the others. Borrowed. */
static const char *
newest_of(const struct strvec *names, const struct strvec *without, const struct version *v,
	  bool debug)
{
	const char *newest = NULL;
	struct version best;

	for (size_t i = 0; i < names->count; i++) {
		struct version other;

		if (!version_parse(str_from(names->items[i]), &other) || other.env.n ||
		    other.stage != VERSION_FINAL || other.debug != debug ||
		    !same_series(v, &other) || strvec_has(without, names->items[i]) ||
		    (newest && version_compare(&other, &best) <= 0))
			continue;
		newest = names->items[i];
		best = other;
	}
	return newest;
}

static void
count_environments(const struct registry_envs *envs, struct row *row)
{
	for (size_t i = 0; i < envs->count; i++) {
		if (strcmp(envs->items[i].base, row->name) != 0)
			continue;
		if (envs->items[i].follows)
			row->follow++;
		else
			row->stay++;
	}
}

/* What there is to have. */
struct offers {
	struct choice_input input; /* as install would choose */
	struct strvec names;
};

/* Do the rules let anything be had of NAME? They may refuse all sources that it has. */
static bool
may_install(const struct offers *offers, const char *name)
{
	cleanup_with(install_choice_reset) struct install_choice choice = { 0 };
	cleanup_err struct err why = { 0 };

	return install_choose(&offers->input, name, &choice, &why) == 0 || why.code != ERR_RULE;
}

/* The newest release of V's series that install would take, if it is newer than V. Borrowed;
 * NULL. */
static const char *
newer_than(const struct offers *offers, const struct version *v)
{
	cleanup_strvec struct strvec refused = { 0 };
	const char *newest;
	struct version other;

	while ((newest = newest_of(&offers->names, &refused, v, false))) {
		if (!version_parse(str_from(newest), &other))
			return NULL;
		other.debug = v->debug;
		if (version_compare(&other, v) <= 0)
			return NULL;
		if (may_install(offers, newest))
			return newest;
		strvec_add(&refused, newest);
	}
	return NULL;
}

/* NAME, if it is the newest installed of its series and there is a newer release. */
static void
judge(const char *name, const struct strvec *installed, const struct offers *offers,
      const struct registry_envs *envs, struct rows *ret)
{
	static const struct strvec nothing = { 0 };
	struct version v;
	const char *newest;
	struct row *row;

	if (!version_parse(str_from(name), &v) || !v.family.n || v.stage == VERSION_DEV || v.env.n)
		return;
	newest = newest_of(installed, &nothing, &v, v.debug);
	if (newest && strcmp(newest, name) != 0)
		return;
	newest = newer_than(offers, &v);
	if (!newest)
		return;
	ret->items = vec_grow(ret->items, ret->count, sizeof(*ret->items));
	row = &ret->items[ret->count++];
	*row = (struct row){ .name = mem_strdup(name),
			     .newest = mem_printf("%s%s", newest, v.debug ? "-debug" : "") };
	count_environments(envs, row);
}

static char *
environments_text(const struct row *row)
{
	if (row->follow && row->stay)
		return mem_printf("%zu environment%s, %zu stay%s", row->follow,
				  row->follow == 1 ? " follows" : "s follow", row->stay,
				  row->stay == 1 ? "s" : "");
	if (row->follow)
		return mem_printf("%zu environment%s", row->follow,
				  row->follow == 1 ? " follows" : "s follow");
	if (row->stay)
		return mem_printf("%zu environment%s", row->stay,
				  row->stay == 1 ? " stays" : "s stay");
	return mem_strdup("");
}

static void
print(const struct context *ctx, const struct rows *rows)
{
	struct out_table *table = out_table_new(3);

	for (size_t i = 0; i < rows->count; i++) {
		cleanup_free char *environments = environments_text(&rows->items[i]);

		out_table_row(table, (const char *[]){ rows->items[i].name, rows->items[i].newest,
						       environments });
	}
	out_table_print(ctx->out, table);
}

static void
print_json(struct out *out, const struct rows *rows)
{
	out_json_begin(out, SCHEMA);
	out_json_array(out, "versions");
	for (size_t i = 0; i < rows->count; i++) {
		out_json_object(out, NULL);
		out_json_text(out, "name", rows->items[i].name);
		out_json_text(out, "newest", rows->items[i].newest);
		out_json_number(out, "follow", (int64_t)rows->items[i].follow);
		out_json_number(out, "stay", (int64_t)rows->items[i].stay);
		out_json_close(out);
	}
	out_json_close(out);
	out_json_end(out);
}

static void
offers_reset(struct offers *offers)
{
	strvec_reset(&offers->names);
}

static int
find_offers(const struct context *ctx, const struct catalog *catalog,
	    const struct install_rules *rules, struct offers *ret, struct err *err)
{
	ret->input = (struct choice_input){
		.catalog = catalog,
		.rules = rules,
		.source = INSTALL_AUTO,
		.prefers_prebuilt = ctx->policy->prefers_prebuilt,
		.build_reason = install_build_reason(),
	};
	if (install_target(config_get(ctx->config, "cpu_level", NULL), &ret->input.target, err) < 0)
		return -1;
	return catalog_installable(catalog, &ret->input.target, &ret->names, err);
}

int
outdated_run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_install_rules struct install_rules rules = { 0 };
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_store struct store store = STORE_INIT;
	cleanup_entries struct entries entries = { 0 };
	cleanup_registry_envs struct registry_envs envs = { 0 };
	cleanup_with(offers_reset) struct offers offers = { 0 };
	cleanup_strvec struct strvec installed = { 0 };
	cleanup_with(rows_reset) struct rows rows = { 0 };

	(void)ret_status;
	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "outdated takes no words: %s",
			       ctx->options->args.items[0]);
	if (store_open(ctx->layout, &store, err) < 0 || store_list(&store, 0, &entries, err) < 0 ||
	    catalog_open(ctx->layout, &catalog, err) < 0 ||
	    install_rules_open(ctx->layout, ctx->config, &rules, err) < 0 ||
	    find_offers(ctx, catalog, &rules, &offers, err) < 0)
		return -1;
	registry_list(&store, &envs, out_events(ctx->out));
	/* What was adopted is its owner's to bring up to date. */
	for (size_t i = 0; i < entries.count; i++)
		if (entries.items[i].kind != ENTRY_LINK)
			strvec_add(&installed, entries.items[i].name);
	for (size_t i = 0; i < installed.count; i++)
		judge(installed.items[i], &installed, &offers, &envs, &rows);
	if (options_has(ctx->options, "json"))
		print_json(ctx->out, &rows);
	else
		print(ctx, &rows);
	return 0;
}
