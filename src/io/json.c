/* SPDX-License-Identifier: MIT */
/* JSON: strict reading and writing on top of jansson. */
#include <config.h>

#include "io/json.h"

#include <string.h>

/* Deepest nesting of brackets in TEXT. jansson's own limit is 2048 levels of
 * recursion and is fixed when it is built. */
static size_t
depth_of(struct str text)
{
	size_t depth = 0;
	size_t deepest = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"')
			quoted = !quoted;
		else if (quoted && c == '\\')
			i++;
		else if (!quoted && (c == '[' || c == '{'))
			depth++;
		else if (!quoted && (c == ']' || c == '}') && depth > 0)
			depth--;
		if (depth > deepest)
			deepest = depth;
	}
	return deepest;
}

int
json_parse(struct str text, const char *what, size_t limit, json_t **ret, struct err *err)
{
	json_error_t why;

	if (text.n > limit)
		return err_set(err, ERR_CHECK, "%s is larger than %zu bytes", what, limit);
	if (depth_of(text) > JSON_DEPTH_MAX)
		return err_set(err, ERR_CHECK, "%s is nested deeper than %d levels", what,
			       JSON_DEPTH_MAX);
	*ret = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &why);
	if (!*ret)
		return err_set(err, ERR_CHECK, "%s is no JSON: line %d, column %d: %s", what,
			       why.line, why.column, why.text);
	return 0;
}

const char *
json_get_text(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);

	return text && strlen(text) == json_string_length(value) ? text : NULL;
}

bool
json_get_u64(const json_t *object, const char *key, uint64_t *ret_value)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*ret_value = (uint64_t)json_integer_value(value);
	return true;
}

json_t *
json_text(const char *text)
{
	cleanup_buf struct buf escaped = BUF_INIT(SIZE_MAX);
	json_t *value;

	if (!text)
		return json_null();
	value = json_string(text);
	if (value)
		return value;
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < 128)
			buf_add_char(&escaped, *p);
		else
			buf_printf(&escaped, "\\x%02x", (unsigned char)*p);
	}
	return json_string(buf_text(&escaped));
}

static int
add_to_buf(const char *bytes, size_t n, void *ctx)
{
	buf_add(ctx, bytes, n);
	return 0;
}

int
json_render(const json_t *value, struct buf *ret, struct err *err)
{
	if (json_dump_callback(value, add_to_buf, ret, JSON_INDENT(2) | JSON_ENCODE_ANY) < 0)
		return err_set(err, ERR_FAILED, "a value cannot be written as JSON");
	buf_add_char(ret, '\n');
	return buf_check(ret, "a JSON document", err);
}
