/* SPDX-License-Identifier: MIT */
/* What the end of a request means, and how it is said; private to io/http. */
#ifndef PYVERN_IO_HTTP_END_H
#define PYVERN_IO_HTTP_END_H

#include "io/http_transfer.h"

/* Most bytes that the body may have. */
uint64_t http_end_body_max(const struct transfer *t);

/* A body of another length than EXPECTED is another file (or a login page): ERR_CHECK
 * before any of it is stored. */
int http_end_check_length(const struct transfer *t, uint64_t expected, struct err *err);

/* The connection ended, as WHAT says, before the body did. */
enum transfer_end http_end_lost(const struct transfer *t, const char *what, struct err *err);

/* libcurl ended the request with CODE. */
enum transfer_end http_end_by_code(struct transfer *t, CURLcode code, struct err *err);

#endif
