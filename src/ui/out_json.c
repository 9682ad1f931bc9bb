/* SPDX-License-Identifier: MIT */
/* JSON for --json. */
#include <config.h>

#include <assert.h>
#include <stdio.h>

#include "base/str.h"
#include "ui/out_state.h"

/* What a terminal would obey is escaped: documents are shown on screens, too. Bytes
 * that are no UTF-8 become U+DC80 to U+DCFF, as in Python's surrogateescape:
 * a reader gets the exact file name back, and the document stays ASCII there. */
static void
json_string(const char *text)
{
	struct str rest = str_from(text);

	(void)fputc('"', stdout);
	while (rest.n) {
		unsigned char c = (unsigned char)rest.p[0];
		uint32_t code;
		size_t n = str_utf8(rest, &code);

		if (n == 0)
			(void)printf("\\udc%02x", c);
		else if (c == '"' || c == '\\')
			(void)printf("\\%c", c);
		else if (out_showable(rest, &code) == 0)
			(void)printf("\\u%04x", (unsigned)code);
		else
			(void)fwrite(rest.p, 1, n, stdout);
		rest = str_skip(rest, n ? n : 1);
	}
	(void)fputc('"', stdout);
}

static void
json_item(struct out *out, const char *key)
{
	struct json_state *json = &out->json;
	unsigned at = json->depth - 1;

	assert(json->depth > 0 && json->is_array[at] == !key);
	(void)printf("%s\n%*s", json->has_items[at] ? "," : "", (int)json->depth * 2, "");
	json->has_items[at] = true;
	if (key) {
		json_string(key);
		(void)fputs(": ", stdout);
	}
}

static void
json_open(struct out *out, bool is_array)
{
	struct json_state *json = &out->json;

	assert(json->depth < JSON_DEPTH_MAX);
	json->is_array[json->depth] = is_array;
	json->has_items[json->depth] = false;
	json->depth++;
	(void)fputc(is_array ? '[' : '{', stdout);
}

void
out_json_begin(struct out *out, int schema)
{
	out_live_clear(out);
	json_open(out, false);
	out_json_number(out, "schema", schema);
}

void
out_json_object(struct out *out, const char *key)
{
	json_item(out, key);
	json_open(out, false);
}

void
out_json_array(struct out *out, const char *key)
{
	json_item(out, key);
	json_open(out, true);
}

void
out_json_close(struct out *out)
{
	struct json_state *json = &out->json;

	assert(json->depth > 0);
	json->depth--;
	if (json->has_items[json->depth])
		(void)printf("\n%*s", (int)json->depth * 2, "");
	(void)fputc(json->is_array[json->depth] ? ']' : '}', stdout);
}

void
out_json_text(struct out *out, const char *key, const char *value)
{
	json_item(out, key);
	if (value)
		json_string(value);
	else
		(void)fputs("null", stdout);
}

void
out_json_number(struct out *out, const char *key, int64_t value)
{
	json_item(out, key);
	(void)printf("%lld", (long long)value);
}

void
out_json_bool(struct out *out, const char *key, bool value)
{
	json_item(out, key);
	(void)fputs(value ? "true" : "false", stdout);
}

void
out_json_end(struct out *out)
{
	out_json_close(out);
	assert(out->json.depth == 0);
	(void)fputc('\n', stdout);
}
