/* SPDX-License-Identifier: MIT */
/* JSON: strict reading and writing on top of jansson. */
#ifndef PYVERN_IO_JSON_H
#define PYVERN_IO_JSON_H

/*
 *	cleanup_json json_t *doc = NULL;
 *	if (json_parse(text, "the release list", JSON_DOCUMENT_MAX, &doc, err) < 0)
 *		return -1;
 *	const char *url = json_get_text(doc, "url");
 *
 * Documents from outside are refused when they are too large, nested too
 * deeply, have a key twice, or anything after their end. What is read from one
 * is borrowed from it. To build one, use jansson's json_pack() or json_object().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/cleanup.h"
#include "base/str.h"

/* 64 MiB: the largest list that upstreams publish (all releases with all
 * files and their signature bundles) has about 20 MiB. */
#define JSON_DOCUMENT_MAX ((size_t)64 * 1024 * 1024)
/* Levels of nesting; the deepest list known has 7. */
#define JSON_DEPTH_MAX 32

/* Read TEXT of at most LIMIT bytes. WHAT names it in errors. *RET is owned
 * (json_decref). ERR_CHECK with line and column when it is no JSON or not
 * strict. */
int json_parse(struct str text, const char *what, size_t limit, json_t **ret, struct err *err)
	__attribute__((warn_unused_result));

/* Member KEY of OBJECT when it is a text without NUL; else NULL. Borrowed. */
const char *json_get_text(const json_t *object, const char *key);

/* Member KEY of OBJECT when it is a whole number from 0 on. */
bool json_get_u64(const json_t *object, const char *key, uint64_t *ret_value);

/* TEXT as a value, null for NULL. JSON is UTF-8, and a path or a variable need
 * not be: then its bytes beyond ASCII stand as \xNN. *RET is owned. */
json_t *json_text(const char *text) __attribute__((warn_unused_result));

/* Add VALUE to RET as indented text that ends with a newline, members in the
 * order of their making. ERR_FAILED when VALUE holds what JSON cannot. */
int json_render(const json_t *value, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

static inline void
json_cleanup_handler(json_t **value)
{
	json_decref(*value);
}
#define cleanup_json cleanup_with(json_cleanup_handler)

#endif
