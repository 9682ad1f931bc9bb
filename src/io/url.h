/* SPDX-License-Identifier: MIT */
/* Addresses as text: parts, what may be shown, what may be asked. */
#ifndef PYVERN_IO_URL_H
#define PYVERN_IO_URL_H

/*
 * Everything that shows an address to a person or writes it to a file goes
 * through url_mask(): users put passwords and tokens into mirror addresses.
 */

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"

/* Longest address that we take from files, settings and servers, in bytes.
 * Signed addresses of object stores reach 2 KiB. */
#define URL_MAX ((size_t)8 * 1024)

/* Scheme without "://" ("https"); empty when URL has none. */
struct str url_scheme(const char *url);
bool url_has_scheme(const char *url, const char *scheme);

/* Host without user, port and the brackets of an IPv6 address; empty for
 * file: and for texts that are no address. */
struct str url_host(const char *url);

/* Host and port as they are written: what one server listens on. */
struct str url_host_port(const char *url);

/* The host for people: without a leading "www.". Owned by the caller (free). */
char *url_host_shown(const char *url) __attribute__((warn_unused_result));

/* Part after the last slash of the path, without query and fragment. */
struct str url_base_name(const char *url);

/* Is URL http or https, or file with an absolute path, at most URL_MAX bytes,
 * without blanks and control characters? */
bool url_ok(const char *url);

/* Does URL name this machine by an address that never leaves it (127.0.0.0/8,
 * [::1], localhost)? */
bool url_is_loopback(const char *url);

/* URL with user, password, query and fragment replaced by "***". Owned by the
 * caller (free). */
char *url_mask(const char *url) __attribute__((warn_unused_result));

/* Path of a file: address with %XX decoded. NULL when it is none, is not
 * absolute, names another host, or holds %00. Owned by the caller (free). */
char *url_file_path(const char *url) __attribute__((warn_unused_result));

/* The file: address of the absolute PATH, with %XX where an address needs it. Owned by
 * the caller (free). */
char *url_from_path(const char *path) __attribute__((warn_unused_result));

/* BASE, exactly one slash, and PATH. Owned by the caller (free). */
char *url_join(const char *base, const char *path) __attribute__((warn_unused_result));

#endif
