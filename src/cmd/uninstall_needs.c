/* SPDX-License-Identifier: MIT */
/* Who needs a version that is to be removed. */
#include <config.h>

#include "cmd/uninstall_needs.h"

#include <fcntl.h>
#include <string.h>

#include "base/path.h"
#include "core/pinfile.h"
#include "venv/named.h"

void
needs_reset(struct needs *needs)
{
	strvec_reset(&needs->envs);
	strvec_reset(&needs->pins);
}

/* Is the entry one of LEAVING, an environment in one, or a link to either? */
static bool
leaves(const struct store *store, const struct strvec *leaving, const struct entry *entry)
{
	for (size_t i = 0; i < leaving->count; i++)
		if (path_is_below(entry->name, leaving->items[i]) ||
		    (entry->target && store_leads_into(store, entry->target, leaving->items[i])))
			return true;
	return false;
}

bool
needs_other(const struct store *store, const char *word, const struct strvec *leaving)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_err struct err ignored = { 0 };
	struct request request;

	if (!request_parse(str_from(word), &request, NULL) ||
	    store_list(store, 0, &entries, &ignored) < 0)
		return false;
	for (size_t i = 0; i < entries.count; i++) {
		const struct entry *entry = &entries.items[i];
		struct version version;

		if (!leaves(store, leaving, entry) &&
		    version_parse(str_from(entry->name), &version) &&
		    request_matches(&request, &version))
			return true;
	}
	return false;
}

/* Does WORD mean NAME now, an environment in it, or a link to such a one? */
static bool
means(const struct store *store, const char *word, const char *name)
{
	cleanup_free char *meant = store_find(store, word);
	cleanup_free char *env = meant ? named_of_link(store, meant) : NULL;

	return meant && (path_is_below(meant, name) || (env && path_is_below(env, name)));
}

static bool
word_needs(const struct store *store, struct str text, const char *name,
	   const struct strvec *leaving)
{
	cleanup_free char *word = mem_strndup(text.p, text.n);

	return means(store, word, name) && !needs_other(store, word, leaving);
}

bool
needs_pin(const struct context *ctx, const struct store *store, const char *path, const char *name,
	  const struct strvec *leaving)
{
	struct pin pin;

	pinfile_read(AT_FDCWD, path, pinfile_dialect(path_base(path), ctx->policy->reads_all_pins),
		     &pin);
	for (size_t i = 0; pin.status == PIN_READ && i < pin.count; i++)
		if (word_needs(store, pin.words[i].text, name, leaving))
			return true;
	return false;
}

static bool
env_needs(const struct store *store, const struct venv_row *row, const char *name,
	  const struct strvec *leaving)
{
	const char *version = row->is_away ? row->python : row->version;
	cleanup_free char *folder = store_path(store, name);

	if (path_is_below(row->folder, folder))
		return false;
	/* What cannot be read may need anything. */
	if (row->is_away && !version)
		return true;
	if (!version || strcmp(version, name) != 0)
		return false;
	return !row->follows || !needs_other(store, row->follows, leaving);
}

void
needs_find(const struct context *ctx, const struct store *store, const char *name,
	   const struct strvec *leaving, const struct venv_rows *rows, struct needs *ret)
{
	cleanup_strvec struct strvec pins = { 0 };

	for (size_t i = 0; i < rows->count; i++)
		if (env_needs(store, &rows->items[i], name, leaving))
			strvec_take(&ret->envs, layout_show(ctx->layout, rows->items[i].path));
	registry_pins(store, &pins, out_events(ctx->out));
	for (size_t i = 0; i < pins.count; i++)
		if (needs_pin(ctx, store, pins.items[i], name, leaving))
			strvec_take(&ret->pins, layout_show(ctx->layout, pins.items[i]));
}
