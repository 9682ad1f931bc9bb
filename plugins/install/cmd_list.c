/* SPDX-License-Identifier: MIT */
/* pyvern list: what can be installed, for people. */
#include <config.h>

#include <string.h>
#include <time.h>

#include "base/vec.h"
#include "commands.h"
#include "core/config.h"
#include "core/store.h"
#include "supply/catalog_list.h"
#include "supply/catalog_series.h"
#include "supply/install_choice.h"

/* "2026-11-26" */
#define DATE_SIZE sizeof("YYYY-MM-DD")

struct listing {
	const struct context *ctx;
	const struct catalog *catalog;
	struct catalog_versions versions;
	struct entries installed;
	struct strvec refused; /* lines "NAME<tab>REASON" */
	bool *shown;	       /* for each of the versions */
	size_t hidden;	       /* series that are not shown */
	char today[DATE_SIZE];
};

static void
listing_reset(struct listing *l)
{
	catalog_versions_reset(&l->versions);
	entries_reset(&l->installed);
	strvec_reset(&l->refused);
	free(l->shown);
}

static void
take_date(struct listing *l)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	(void)strftime(l->today, sizeof(l->today), "%Y-%m-%d", &tm);
}

static bool
is_installed(const struct listing *l, const char *name)
{
	for (size_t i = 0; i < l->installed.count; i++)
		if (strcmp(l->installed.items[i].name, name) == 0)
			return true;
	return false;
}

/* Do A and B share a line of the list: of CPython the same series and variant, of others
 * the same implementation? */
static bool
same_series(const struct version *a, const struct version *b)
{
	if (!str_eq(version_implementation(a), version_implementation(b)))
		return false;
	if (!str_eq_text(a->family, "cpython"))
		return true;
	return a->free_threaded == b->free_threaded && a->debug == b->debug &&
	       a->language[0] == b->language[0] && a->language[1] == b->language[1];
}

/* Installed versions of V's series, but V itself: "3.13.2 3.13.1". Owned by the caller. */
static char *
others_installed(const struct listing *l, const struct catalog_version *v)
{
	cleanup_strvec struct strvec names = { 0 };

	for (size_t i = l->installed.count; i-- > 0;) {
		const char *name = l->installed.items[i].name;
		struct version have;

		if (strcmp(name, v->name) != 0 && version_parse(str_from(name), &have) &&
		    same_series(&have, &v->version) && !have.env.n)
			strvec_add(&names, name);
	}
	return strvec_join(&names, " ");
}

static bool
find_series(const struct listing *l, const struct version *v, struct catalog_series *ret)
{
	char series[sizeof("4294967295.4294967295")];

	if (!str_eq_text(v->family, "cpython") || v->language_parts < 2)
		return false;
	(void)snprintf(series, sizeof(series), "%u.%u", v->language[0], v->language[1]);
	return catalog_series_find(l->catalog, series, ret);
}

/* What upstream does for the series of V, in words; static or in BUF. */
static const char *
series_state(const struct listing *l, const struct version *v, char *buf, size_t n)
{
	struct catalog_series series;

	if (v->stage != VERSION_FINAL)
		return "not final";
	if (!find_series(l, v, &series))
		return "";
	/* Months are what people plan with. */
	if (strcmp(l->today, series.bugfixes) <= 0)
		(void)snprintf(buf, n, "bugfixes until %.7s", series.bugfixes);
	else if (strcmp(l->today, series.security) <= 0)
		(void)snprintf(buf, n, "security fixes until %.7s", series.security);
	else
		(void)snprintf(buf, n, "end of life since %.7s", series.security);
	return buf;
}

static bool
is_past(const struct listing *l, const struct version *v)
{
	struct catalog_series series;

	return find_series(l, v, &series) && strcmp(l->today, series.security) > 0;
}

static const char *
kind_text(const struct catalog_version *v)
{
	if (v->has_build)
		return v->has_source ? "standalone, source" : "standalone";
	if (v->has_installer)
		return "installer";
	return "source";
}

/* "2026-08-14" for the build "20260814"; other numbers of builds are no dates. */
static const char *
build_date(const struct catalog_version *v, char buf[static DATE_SIZE])
{
	uint64_t number;

	if (!v->has_build || strlen(v->build) != 8 ||
	    !str_u64(str_from(v->build), 20000101, 99991231, &number))
		return "";
	(void)snprintf(buf, DATE_SIZE, "%.4s-%.2s-%.2s", v->build, v->build + 4, v->build + 6);
	return buf;
}

/* Is A of a newer language, or of the same and a newer release, than B? */
static bool
is_newer(const struct version *a, const struct version *b)
{
	for (unsigned i = 0; i < VERSION_LANGUAGE_MAX; i++)
		if (a->language[i] != b->language[i])
			return a->language[i] > b->language[i];
	return str_eq(a->family, b->family) ? version_compare(a, b) > 0
					    : a->family.n <= b->family.n;
}

/* The newest of each series; final, if the series has a final one. */
static void
show_newest(struct listing *l)
{
	const struct catalog_versions *all = &l->versions;

	for (size_t i = 0; i < all->count; i++) {
		const struct catalog_version *v = &all->items[i];
		size_t best = i;
		bool first = true;

		for (size_t k = 0; k < i && first; k++)
			first = !same_series(&all->items[k].version, &v->version);
		if (!first || v->version.debug || v->version.free_threaded)
			continue;
		for (size_t k = i + 1; k < all->count; k++) {
			const struct version *other = &all->items[k].version;

			if (!same_series(other, &v->version))
				continue;
			/* In version order, a family with a longer name is behind. */
			if (is_newer(other, &all->items[best].version) &&
			    (other->stage == VERSION_FINAL ||
			     all->items[best].version.stage != VERSION_FINAL))
				best = k;
		}
		l->shown[best] = true;
	}
}

/* Old series that nobody has are only counted. */
static void
hide_past(struct listing *l)
{
	for (size_t i = 0; i < l->versions.count; i++) {
		const struct catalog_version *v = &l->versions.items[i];
		cleanup_free char *others = NULL;

		if (!l->shown[i])
			continue;
		others = others_installed(l, v);
		if (*others || is_installed(l, v->name))
			continue;
		if (is_past(l, &v->version) ||
		    (str_eq_text(v->version.family, "cpython") && v->version.language[0] < 3)) {
			l->shown[i] = false;
			l->hidden++;
		}
	}
}

static int
show_requested(struct listing *l, const char *text, struct err *err)
{
	struct request request;
	const char *why = NULL;
	size_t count = 0;

	if (!request_parse(str_from(text), &request, &why))
		return err_set(err, ERR_USAGE, "%s is no version: %s", text, why);
	for (size_t i = 0; i < l->versions.count; i++) {
		const struct version *v = &l->versions.items[i].version;

		l->shown[i] = request_matches(&request, v);
		count += l->shown[i];
	}
	return count ? 0 : catalog_unknown(l->catalog, text, err);
}

static int
choose_shown(struct listing *l, struct err *err)
{
	const struct options *options = l->ctx->options;

	l->shown = mem_zalloc(l->versions.count + 1);
	if (options->args.count)
		return show_requested(l, options->args.items[0], err);
	if (options_has(options, "all")) {
		memset(l->shown, true, l->versions.count);
		catalog_refused_lines(l->catalog, &l->refused);
		return 0;
	}
	show_newest(l);
	hide_past(l);
	return 0;
}

static void
print_table(const struct listing *l)
{
	struct out_table *table = out_table_new(6);

	out_table_row(table, (const char *[]){ "  version", "installed", "kind", "size", "built",
					       "series" });
	for (size_t i = 0; i < l->versions.count; i++) {
		const struct catalog_version *v = &l->versions.items[i];
		cleanup_free char *size = v->size ? out_size(v->size) : NULL;
		cleanup_free char *others = NULL;
		cleanup_free char *name = NULL;
		char date[DATE_SIZE];
		char state[64];

		if (!l->shown[i])
			continue;
		others = l->ctx->options->args.count ? NULL : others_installed(l, v);
		name = mem_printf("%s %s", is_installed(l, v->name) ? "*" : " ", v->name);
		out_table_row(table, (const char *[]){
					     name, others, kind_text(v), size, build_date(v, date),
					     series_state(l, &v->version, state, sizeof(state)) });
	}
	out_table_print(l->ctx->out, table);
}

static void
print_refused(const struct listing *l)
{
	for (size_t i = 0; i < l->refused.count; i++) {
		struct str line = str_from(l->refused.items[i]);
		size_t tab = str_find(line, '\t');

		out_data(l->ctx->out, "- %.*s  %.*s\n", (int)tab, line.p,
			 STR_ARG(str_skip(line, tab + 1)));
	}
}

static void
json_version(const struct listing *l, const struct catalog_version *v)
{
	struct out *out = l->ctx->out;
	struct catalog_series series = { 0 };
	bool known = find_series(l, &v->version, &series);
	cleanup_free char *family = mem_strndup(v->version.family.p, v->version.family.n);
	char date[DATE_SIZE];
	const char *built = build_date(v, date);

	out_json_object(out, NULL);
	out_json_text(out, "version", v->name);
	out_json_text(out, "family", family);
	out_json_bool(out, "final", v->version.stage == VERSION_FINAL);
	out_json_bool(out, "installed", is_installed(l, v->name));
	out_json_bool(out, "standalone", v->has_build);
	out_json_bool(out, "source", v->has_source);
	out_json_bool(out, "installer", v->has_installer);
	out_json_text(out, "build", *v->build ? v->build : NULL);
	out_json_text(out, "built", *built ? built : NULL);
	if (v->size)
		out_json_number(out, "size", (int64_t)v->size);
	else
		out_json_text(out, "size", NULL);
	out_json_text(out, "released", known ? series.released : NULL);
	out_json_text(out, "bugfixes_until", known ? series.bugfixes : NULL);
	out_json_text(out, "end_of_life", known ? series.security : NULL);
	out_json_close(out);
}

static void
print_json(const struct listing *l)
{
	struct out *out = l->ctx->out;

	out_json_begin(out, 1);
	out_json_array(out, "versions");
	for (size_t i = 0; i < l->versions.count; i++)
		if (l->shown[i])
			json_version(l, &l->versions.items[i]);
	out_json_close(out);
	out_json_array(out, "refused");
	for (size_t i = 0; i < l->refused.count; i++) {
		struct str line = str_from(l->refused.items[i]);
		cleanup_free char *name = mem_strndup(line.p, str_find(line, '\t'));

		out_json_object(out, NULL);
		out_json_text(out, "version", name);
		out_json_text(out, "because", line.p + strlen(name) + 1);
		out_json_close(out);
	}
	out_json_close(out);
	out_json_end(out);
}

static int
read_all(struct listing *l, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	struct target target;

	take_date(l);
	if (install_target(config_get(l->ctx->config, "cpu_level", NULL), &target, err) < 0 ||
	    catalog_list(l->catalog, &target, &l->versions, err) < 0 ||
	    store_open(l->ctx->layout, &store, err) < 0)
		return -1;
	return store_list(&store, 0, &l->installed, err);
}

int
list_run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_with(listing_reset) struct listing l = { .ctx = ctx };

	*ret_status = 0;
	if (ctx->options->args.count > 1)
		return err_set(err, ERR_USAGE, "list takes one request: %s",
			       ctx->options->args.items[1]);
	if (catalog_open(ctx->layout, &catalog, err) < 0)
		return -1;
	l.catalog = catalog;
	if (read_all(&l, err) < 0 || choose_shown(&l, err) < 0)
		return -1;
	if (options_has(ctx->options, "json")) {
		print_json(&l);
		return 0;
	}
	print_table(&l);
	print_refused(&l);
	if (l.hidden)
		out_note(ctx->out,
			 "%zu older series have reached their end of life: "
			 "pyvern list --all",
			 l.hidden);
	return 0;
}
