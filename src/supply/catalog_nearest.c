/* SPDX-License-Identifier: MIT */
/* Names near one that does not exist. */
#include <config.h>

#include <string.h>

#include "supply/catalog_internal.h"

/* Edits between two names that are taken for a slip of the fingers. */
#define NEAR_EDITS 1
/* Names that are suggested at most. */
#define NEAR_NAMES 3

/* A series ("3.13") and its newest final version. */
struct series {
	char name[VERSION_NAME_MAX + 1];
	const char *newest;
	size_t edits;
};

/* What is looked for. */
struct wanted {
	char name[VERSION_NAME_MAX + 1]; /* of the series, without "t" */
	struct request request;
	bool is_version;
	bool is_range;
	bool free_threaded;
};

/* "3.31" of "3.31.2", "python3.31", "cpython@3.31": what the series of TEXT
 * would be called; TEXT itself when it is no version. */
static void
wanted_init(struct wanted *wanted, const char *text)
{
	const struct version *want = &wanted->request.want;
	bool understood;

	*wanted = (struct wanted){ 0 };
	understood = request_parse(str_from(text), &wanted->request, NULL);
	wanted->is_range = understood && wanted->request.kind == REQUEST_RANGE;
	wanted->is_version = understood && wanted->request.kind == REQUEST_PREFIX &&
			     str_eq_text(want->family, "cpython");
	wanted->free_threaded = wanted->is_version && want->free_threaded;
	if (wanted->is_version && want->release_parts >= 2)
		(void)snprintf(wanted->name, sizeof(wanted->name), "%u.%u", want->release[0],
			       want->release[1]);
	else
		(void)snprintf(wanted->name, sizeof(wanted->name), "%s", text);
}

/* Nearest first, then newest; the list is short, so insertion will do. */
static size_t
insert(struct series *list, size_t count, const struct series *one)
{
	size_t at = count;

	while (at > 0 && list[at - 1].edits >= one->edits)
		at--;
	if (at == NEAR_NAMES)
		return count;
	if (count == NEAR_NAMES)
		count--;
	memmove(&list[at + 1], &list[at], (count - at) * sizeof(*list));
	list[at] = *one;
	return count + 1;
}

/* The series nearest to WANTED in LIST (NEAR_NAMES + 1 of them). */
static size_t
near_series(const struct strvec *names, const struct wanted *wanted, struct series *list)
{
	size_t count = 0;

	/* In version order the last of a series is its newest. */
	for (size_t i = 0; i < names->count; i++) {
		struct series one = { .newest = names->items[i] };
		struct series next;
		struct version v;

		if (!version_parse(str_from(names->items[i]), &v) ||
		    !version_alias_name(&v, one.name) ||
		    (wanted->free_threaded && !version_can_be_free_threaded(&v)))
			continue;
		if (i + 1 < names->count && version_parse(str_from(names->items[i + 1]), &v) &&
		    version_alias_name(&v, next.name) && strcmp(one.name, next.name) == 0)
			continue;
		one.edits = str_distance(str_from(wanted->name), str_from(one.name));
		/* There are few free-threaded series: all of them are near. */
		if (one.edits <= NEAR_EDITS || wanted->free_threaded)
			count = insert(list, count, &one);
	}
	return count;
}

/* The newest pre-release of what WANTED asks for as a final; NULL: none. */
static const char *
near_pre_release(const struct strvec *names, const struct wanted *wanted)
{
	const struct version *want = &wanted->request.want;
	const char *found = NULL;

	if (!wanted->is_version || want->stage != VERSION_FINAL)
		return NULL;
	for (size_t i = 0; i < names->count; i++) {
		struct request request = wanted->request;
		struct version v;

		if (!version_parse(str_from(names->items[i]), &v) || v.stage == VERSION_FINAL)
			continue;
		v.stage = VERSION_FINAL;
		v.stage_number = 0;
		request.want.free_threaded = request.want.debug = false;
		if (request_matches(&request, &v) &&
		    (!wanted->free_threaded || version_can_be_free_threaded(&v)))
			found = names->items[i];
	}
	return found;
}

char *
catalog_nearest(const struct catalog *catalog, const char *text)
{
	const struct catalog_scope scope = { STR_LIT("cpython"), NULL, true };
	cleanup_strvec struct strvec names = { 0 };
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	cleanup_err struct err unreadable = { 0 };
	struct wanted wanted;
	struct series list[NEAR_NAMES + 1];
	const char *pre;
	const char *t;
	size_t count;

	wanted_init(&wanted, text);
	/* No name is near to a range. */
	if (wanted.is_range)
		return NULL;
	t = wanted.free_threaded ? "t" : "";
	/* The look-up that found nothing would have told. */
	if (catalog_scope_names(catalog, &scope, &names, &unreadable) < 0)
		return NULL;
	count = near_series(&names, &wanted, list);
	pre = near_pre_release(&names, &wanted);
	if (pre && count == NEAR_NAMES)
		count--;
	if (pre)
		buf_printf(&b, "%s%s (not final)", pre, t);
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%s%s%s (%s%s)", b.len ? ", " : "", list[i].name, t, list[i].newest,
			   t);
	return b.len ? buf_take(&b) : NULL;
}

/* "pypy3.11-7.3.20-src": a build of it is known. */
static void
add_build_of_source(const struct catalog *catalog, struct str text, struct err *err)
{
	static const struct str ending = STR_LIT("-src");
	const struct target target = target_here();
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *build = NULL;
	cleanup_err struct err ignored = { 0 };

	if (!str_ends(text, ending))
		return;
	build = mem_strndup(text.p, text.n - ending.n);
	if (catalog_installable(catalog, &target, &names, &ignored) == 0 &&
	    strvec_has(&names, build))
		(void)err_detail(err, "to fix", "pyvern install %s", build);
}

int
catalog_unknown(const struct catalog *catalog, const char *text, struct err *err)
{
	cleanup_free char *nearest = NULL;
	cleanup_free char *refused = catalog_refused(catalog, text);
	struct request request;

	if (refused) {
		(void)err_set(err, ERR_UNKNOWN_VERSION, "%s cannot be installed", text);
		(void)err_detail(err, "because", "%s", refused);
		add_build_of_source(catalog, str_from(text), err);
		return -1;
	}
	nearest = catalog_nearest(catalog, text);
	(void)err_set(err, ERR_UNKNOWN_VERSION, "no Python matches %s", text);
	if (request_parse(str_from(text), &request, NULL) &&
	    !request_takes_platform(&request, platform_os(), platform_arch(), platform_libc(),
				    NULL))
		(void)err_detail(err, "because", "this machine is %s-%s-%s", platform_os(),
				 platform_arch(), platform_libc());
	return nearest ? err_detail(err, "nearest", "%s", nearest) : -1;
}
