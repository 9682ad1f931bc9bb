/* SPDX-License-Identifier: MIT */
/* What is chosen, and was adopted from where nothing is any more. */
#include <config.h>

#include "base/shell.h"
#include "core/choice.h"
#include "core/store.h"

/* The adopted version that is gone, and that TEXT could mean; *RET_FROM is where it was.
 * NULL: there is none. Both owned by the caller (free). */
static char *
gone_version(const struct choice *choice, struct str text, char **ret_from)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	struct request request;

	if (!request_parse(text, &request, NULL) ||
	    store_open(choice->layout, &store, &ignored) < 0 || store.versions.fd < 0 ||
	    fs_list(&store.versions, &names, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		struct version version;
		bool gone = false;
		cleanup_free char *from = NULL;

		if (!str_eq_text(text, name) && (!version_parse(str_from(name), &version) ||
						 !request_matches(&request, &version)))
			continue;
		from = store_adopted_from(&store, name, &gone);
		if (!from || !gone)
			continue;
		*ret_from = steal_ptr(&from);
		return mem_strdup(name);
	}
	return NULL;
}

bool
choice_explain_gone(const struct choice *choice, struct str text, struct err *err)
{
	cleanup_free char *from = NULL;
	cleanup_free char *name = gone_version(choice, text, &from);
	cleanup_free char *word = name ? shell_word(name) : NULL;
	cleanup_free char *asked = mem_strndup(text.p, text.n);
	cleanup_free char *asked_word = shell_word(asked);
	struct request request;
	bool installable = request_parse(text, &request, NULL) && request.kind != REQUEST_NAME;

	if (!name)
		return false;
	err_detail(err, "because", "%s was adopted from %s, which is gone", name, from);
	err_detail(err, "to fix", "pyvern uninstall --yes %s%s%s", word,
		   installable ? " && pyvern install " : "", installable ? asked_word : "");
	return true;
}
