/* SPDX-License-Identifier: MIT */
/* Definitions: what bash hands over. */
#include <config.h>

#include "supply/definition.h"

#include <string.h>

static struct definition_call *
add_call(struct definition_calls *calls)
{
	if (calls->count == DEFINITION_PACKAGES_MAX)
		return NULL;
	calls->items = vec_grow(calls->items, calls->count, sizeof(*calls->items));
	calls->items[calls->count] = (struct definition_call){ 0 };
	return &calls->items[calls->count++];
}

/* The list called NAME; NULL when there is none, or it is no call's. */
static struct strvec *
list_named(struct definition_calls *calls, struct str name)
{
	struct definition_call *call = str_eq(name, STR_LIT("call")) ? add_call(calls)
				       : calls->count ? &calls->items[calls->count - 1]
						      : NULL;
	struct strvec *list = NULL;

	if (!call)
		return NULL;
	if (str_eq(name, STR_LIT("call")))
		list = &call->words;
	else if (str_eq(name, STR_LIT("own")))
		list = &call->own;
	else if (str_eq(name, STR_LIT("vars")))
		list = &call->vars;
	else if (str_eq(name, STR_LIT("configure")))
		list = &call->configure;
	else if (str_eq(name, STR_LIT("make")))
		list = &call->make;
	else if (str_eq(name, STR_LIT("install")))
		list = &call->install;
	/* Each comes once. */
	return list && list->count == 0 ? list : NULL;
}

/* RECORD is "NAME[]=COUNT": as many follow. */
static bool
read_list(struct str *rest, struct str record, struct definition_calls *calls)
{
	size_t at = str_find(record, '[');
	struct str tail = str_skip(record, at);
	struct strvec *list;
	uint64_t count;

	if (!str_starts(tail, STR_LIT("[]=")) ||
	    !str_u64(str_skip(tail, strlen("[]=")), 0, rest->n, &count))
		return false;
	list = list_named(calls, (struct str){ record.p, at });
	if (!list)
		return false;
	for (; count; count--) {
		struct str item;

		if (!str_record(rest, &item))
			return false;
		strvec_add_str(list, item);
	}
	return true;
}

bool
definition_read(struct str answer, struct definition_calls *ret_calls)
{
	struct str record;

	while (str_record(&answer, &record)) {
		uint64_t status;

		if (str_eq_text(record, ".")) {
			ret_calls->status = -1;
			return answer.n == 0;
		}
		if (record.n && record.p[0] == '?') {
			free(ret_calls->unknown);
			ret_calls->unknown = mem_strndup(record.p + 1, record.n - 1);
			continue;
		}
		if (record.n && record.p[0] == '!') {
			if (!str_u64(str_skip(record, 1), 0, 255, &status))
				return false;
			ret_calls->status = (int)status;
			return answer.n == 0;
		}
		if (!read_list(&answer, record, ret_calls))
			return false;
	}
	return false;
}

void
definition_calls_reset(struct definition_calls *calls)
{
	for (size_t i = 0; i < calls->count; i++) {
		struct definition_call *call = &calls->items[i];

		strvec_reset(&call->words);
		strvec_reset(&call->own);
		strvec_reset(&call->vars);
		strvec_reset(&call->configure);
		strvec_reset(&call->make);
		strvec_reset(&call->install);
	}
	free(calls->items);
	free(calls->unknown);
	*calls = (struct definition_calls){ 0 };
}
