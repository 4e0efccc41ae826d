/*
 * Changes with their sign, and trends: what value.c has in its table for VALUE_RATE,
 * VALUE_BYTE_RATE and VALUE_TREND. Any thread.
 */
#ifndef IPCTOP_MODEL_VALUE_RATE_H
#define IPCTOP_MODEL_VALUE_RATE_H

#include "ipctop/model/value.h"

/* "+59.8", "-3.2", "+120", "0": what rounds to nothing has no sign. */
void value_rate_text(struct buf *out, struct value value, const struct value_style *style);
/* "+1.2M" */
void value_byte_rate_text(struct buf *out, struct value value, const struct value_style *style);
/* Bars between the least and the most that there was, the newest at the right. */
void value_trend_text(struct buf *out, struct value value, const struct value_style *style);

/* Read "2.5", "+2.5" or "-2.5"; of bytes "-1.5M". 0 or -EINVAL. */
int value_rate_parse(const char *text, struct operand *operand);
int value_byte_rate_parse(const char *text, struct operand *operand);

/* Append all digits, where the text has a unit. */
void value_byte_rate_raw(struct buf *out, struct value value);

/* By how much trends rose from the first to the last, against each other or an operand. */
int value_trend_compare(struct value a, struct value b);
int value_trend_compare_operand(struct value value, const struct operand *operand);

/* Write a number, without a fraction where it has none. */
void value_rate_json(struct json *json, const char *key, struct value value);
/* Write an array of numbers without fractions. */
void value_trend_json(struct json *json, const char *key, struct value value);

#endif
