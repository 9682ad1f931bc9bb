/* SPDX-License-Identifier: MIT */
/* What the changers of signatures share: each field of a bundle changed, and what is accepted
 * held against the good bundle. */
#ifndef PYVERN_BATTERY_SIGNATURES_H
#define PYVERN_BATTERY_SIGNATURES_H

#include "base/buf.h"
#include "base/vec.h"
#include "trust/root.h"
#include "trust/sigstore.h"
#include "unit/sigstore_shapes.h"

static struct {
	const struct maker_shape *shape;
	bool (*holds)(struct str text); /* does TEXT verify as the good bundle does? */
	struct trust_root *root;
	json_t *bundle;	 /* the good one */
	json_t *foreign; /* as good, of another key and time of making */
	size_t percent, turn;
	size_t tried, accepted;
	struct strvec unsigned_paths; /* in which accepted ones differed */
} the;

/* Spread evenly: is this one of the PERCENT? */
static bool
is_chosen(void)
{
	size_t before = the.turn++ * the.percent / 100;

	return the.turn * the.percent / 100 > before;
}

static void
wrong(const char *what, const char *where)
{
	fprintf(stderr, "%s: %s %s, and accepted\n", the.shape->name, where, what);
	exit(1);
}

/* In protocol buffers' JSON null and an empty list are as good as nothing. */
static bool
is_absent(const json_t *value)
{
	return !value || json_is_null(value) ||
	       (json_is_array(value) && json_array_size(value) == 0);
}

/* The paths in which A and B differ, one a line with "!" before what B lacks. */
static void
differences(const json_t *a, const json_t *b, const char *path, struct strvec *ret)
{
	if (json_is_object(a) && json_is_object(b)) {
		const char *key;
		json_t *value;

		json_object_foreach((json_t *)a, key, value) {
			cleanup_free char *below = mem_printf("%s/%s", path, key);
			cleanup_free char *lacks = mem_printf("!%s", below);

			if (!is_absent(json_object_get(b, key)))
				differences(value, json_object_get(b, key), below, ret);
			else
				strvec_add(ret, lacks);
		}
		json_object_foreach((json_t *)b, key, value) {
			cleanup_free char *below = mem_printf("%s/+%s", path, key);

			if (!json_object_get(a, key))
				strvec_add(ret, below);
		}
	} else if (json_is_array(a) && json_is_array(b) &&
		   json_array_size(a) == json_array_size(b)) {
		for (size_t i = 0; i < json_array_size(a); i++) {
			cleanup_free char *below = mem_printf("%s/%zu", path, i);

			differences(json_array_get(a, i), json_array_get(b, i), below, ret);
		}
	} else if (!json_equal(a, b)) {
		strvec_add(ret, path);
	}
}

/* What a token's authority signed: its TSTInfo in DER. Outside of it CMS has numbers and hints
 * (RFC 5652, 5.3: version, parameters of algorithms, certificates) that no signature covers. */
static struct bytes
token_info(const json_t *bundle)
{
	const json_t *list =
		json_object_get(json_object_get(json_object_get(bundle, "verificationMaterial"),
						"timestampVerificationData"),
				"rfc3161Timestamps");
	const char *text =
		json_string_value(json_object_get(json_array_get(list, 0), "signedTimestamp"));
	cleanup_bytes struct bytes der = { 0 };
	struct bytes info = { 0 };
	const unsigned char *p;
	unsigned char *out = NULL;
	TS_RESP *response;
	int n;

	if (!text || !bytes_from_base64(str_from(text), &der))
		return info;
	p = der.p;
	response = d2i_TS_RESP(NULL, &p, (long)der.n);
	n = response ? i2d_TS_TST_INFO(TS_RESP_get_tst_info(response), &out) : -1;
	if (n > 0) {
		info = (struct bytes){ mem_zalloc((size_t)n), (size_t)n };
		memcpy(info.p, out, info.n);
	}
	OPENSSL_free(out);
	TS_RESP_free(response);
	return info;
}

static bool
same_token(const json_t *found)
{
	cleanup_bytes struct bytes a = token_info(the.bundle);
	cleanup_bytes struct bytes b = token_info(found);

	return a.p && b.p && bytes_eq(&a, bytes_str(&b));
}

static const char *
checkpoint(const json_t *bundle)
{
	const json_t *material = json_object_get(bundle, "verificationMaterial");
	const json_t *entry = json_array_get(json_object_get(material, "tlogEntries"), 0);
	const json_t *proof = json_object_get(entry, "inclusionProof");

	return json_string_value(json_object_get(json_object_get(proof, "checkpoint"), "envelope"));
}

/* The text of a note ends with an empty line; lines of more signatures may follow. */
static bool
same_note(const json_t *found)
{
	const char *a = checkpoint(the.bundle);
	const char *b = checkpoint(found);
	const char *end = a ? strstr(a, "\n\n") : NULL;

	return end && b && strncmp(a, b, (size_t)(end - a) + 2) == 0;
}

/* Nothing signs the format's version, and whoever makes a bundle chooses it: what that version
 * asks for was checked. */
static bool
other_version(const json_t *found)
{
	const char *text = json_string_value(json_object_get(found, "mediaType"));

	return text && (strcmp(text, V01) == 0 || strcmp(text, V02) == 0 || strcmp(text, V03) == 0);
}

/* TEXT was accepted: all in which it differs from the good bundle must be unsigned. */
static void
judge_bundle(struct str text, const char *where)
{
	cleanup_json json_t *found = json_loadb(text.p, text.n, 0, NULL);
	cleanup_strvec struct strvec paths = { 0 };

	the.accepted++;
	if (!found)
		wrong("is no JSON", where);
	differences(the.bundle, found, "", &paths);
	for (size_t i = 0; i < paths.count; i++) {
		const char *path = paths.items[i];
		bool removed = *path == '!';

		if (!strvec_has(&the.unsigned_paths, path))
			strvec_add(&the.unsigned_paths, path);
		if (strcmp(path, "/mediaType") == 0 && other_version(found))
			continue;
		if (strstr(path, "/signedTimestamp") && same_token(found))
			continue;
		if (strstr(path, "/checkpoint/envelope") && same_note(found))
			continue;
		if (!may_change(the.shape, path + removed, removed))
			wrong(path, where);
	}
}

static void
try_text(const char *text, const char *where)
{
	if (!is_chosen())
		return;
	the.tried++;
	if (the.holds(str_from(text)))
		judge_bundle(str_from(text), where);
}

/* KEY of OBJECT stands twice in the text, each way round. */
static void
try_doubled(json_t *whole, json_t *object, const char *key, const char *where)
{
	static const char mark[] = "\"a mark for what stands twice\"";
	cleanup_json json_t *value = json_incref(json_object_get(object, key));
	cleanup_free char *inner = json_dumps(value, JSON_ENCODE_ANY);

	json_object_set_new(object, key, json_string("a mark for what stands twice"));
	for (int round = 0; round < 2; round++) {
		cleanup_free char *text = json_dumps(whole, 0);
		const char *at = strstr(text, mark);
		cleanup_free char *twice = mem_printf("%.*s%s, \"%s\": %s%s", (int)(at - text),
						      text, round ? inner : "null", key,
						      round ? "null" : inner, at + strlen(mark));

		try_text(twice, where);
	}
	json_object_set(object, key, value);
}

/* Each other form of VALUE; FOREIGN is what another bundle has there, or NULL. */
static json_t *
other_forms(const json_t *value, const json_t *foreign)
{
	json_t *forms = json_pack("[n,b,i,i,f,s,s,s,s,[],{},[n],[{}],{s:s}]", 1, 0, -1, 0.5, "",
				  "A", "AAAA", "\n", "x", "y");

	if (foreign)
		json_array_append(forms, (json_t *)foreign);
	json_array_append_new(forms, json_pack("[O]", value));
	json_array_append_new(forms, json_pack("{s:O}", "value", value));
	if (json_is_string(value)) {
		cleanup_free char *longer = mem_printf("%sA", json_string_value(value));
		cleanup_free char *blank = mem_printf(" %s", json_string_value(value));
		cleanup_free char *line = mem_printf("%s\n", json_string_value(value));

		json_array_append_new(forms, json_string(longer));
		json_array_append_new(forms, json_string(blank));
		json_array_append_new(forms, json_string(line));
	}
	return forms;
}

static void try_fields(json_t *whole, json_t *at, const json_t *foreign, const char *path);

static void
try_member(json_t *whole, json_t *object, const char *key, const json_t *foreign, const char *path)
{
	cleanup_free char *below = mem_printf("%s/%s", path, key);
	cleanup_json json_t *value = json_incref(json_object_get(object, key));
	cleanup_json json_t *forms = other_forms(value, foreign);
	cleanup_free char *without = NULL;

	for (size_t i = 0; i < json_array_size(forms); i++) {
		cleanup_free char *text = NULL;

		json_object_set(object, key, json_array_get(forms, i));
		text = json_dumps(whole, 0);
		try_text(text, below);
	}
	json_object_del(object, key);
	without = json_dumps(whole, 0);
	try_text(without, below);
	json_object_set(object, key, value);
	try_doubled(whole, object, key, below);
	try_fields(whole, value, foreign, below);
}

static void
try_fields(json_t *whole, json_t *at, const json_t *foreign, const char *path)
{
	if (json_is_object(at)) {
		cleanup_strvec struct strvec keys = { 0 };
		const char *key;
		json_t *value;

		json_object_foreach(at, key, value)
			strvec_add(&keys, key);
		for (size_t i = 0; i < keys.count; i++)
			try_member(whole, at, keys.items[i],
				   json_object_get(foreign, keys.items[i]), path);
	}
	for (size_t i = 0; json_is_array(at) && i < json_array_size(at); i++) {
		cleanup_free char *below = mem_printf("%s/%zu", path, i);

		try_fields(whole, json_array_get(at, i), json_array_get(foreign, i), below);
	}
}

#endif
