/* A load generator for 127.0.0.1 that checks every answer: one thread, epoll, HTTP/1.1.
 *
 *     loadgen -b BODYFILE [-c CONNECTIONS] [-d SECONDS] [-n REQUESTS] [-r RATE] [-p PATH]
 *             [-H "Name: value"]... PORT [PORT]
 *
 * Without -r every connection sends its next request when the last one was answered (closed loop).
 * With -r R, R requests a second start on schedule whatever the answers do (open loop); a request
 * that finds no free connection counts as late. Two ports are asked in turn, for a paired
 * comparison such as direct and through a gateway. At the end the answers under way are waited
 * for, up to three seconds.
 *
 * A run of at least 16 '@' in the body is overwritten with fresh words in every request, so that
 * no cache of a gateway can hide its work.
 *
 * One JSON line per port: ok, bad (not 200), err (connection broke), late, secs, rps, body_bytes
 * (mean), and percentiles in microseconds of the whole answer and of its first body byte (ttfb).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { PORTS_MAX = 2, SAMPLES_MAX = 4000000, FRESH_MIN = 16, ERRORS_MAX = 1000 };

/* Where a chunked body stands. */
typedef enum { SIZE, SIZE_LINE, DATA, DATA_CR, DATA_LF, TRAILER, TRAILER_LINE, LAST_LF } chunk_state;

typedef struct {
    int fd, target, busy, bad;
    int in_head, head_length, chunked;
    long content_length, body_bytes, chunk_left;
    chunk_state state;
    int64_t started_ns, first_byte_ns;
    char head[16384];
} connection;

typedef struct {
    int port, request_length, fresh_length;
    char *request, *fresh; /* fresh points into request */
    uint32_t *latency_ns, *first_byte_ns;
    long ok, bad, errors, late, bytes;
} target;

static struct {
    int connections;
    double seconds, rate;
    long requests_max;
    const char *path, *body_file;
    char headers[8192];
} option = {32, 5, 0, 0, "/v1/chat/completions", NULL, ""};

static target targets[PORTS_MAX];
static int target_count, poller, total;
static connection *connections;
static long fired;
static int64_t end_ns, last_answer_ns;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* ---- Requests --------------------------------------------------------------------------- */

static void find_fresh(target *t) {
    for (int i = 0; i < t->request_length;) {
        int k = i;
        while (k < t->request_length && t->request[k] == '@') k++;
        if (k - i >= FRESH_MIN) {
            t->fresh = t->request + i;
            t->fresh_length = k - i;
            return;
        }
        i = k + 1;
    }
}

static void write_fresh_words(target *t) {
    static uint64_t seed = 88172645463325252ULL; /* xorshift */
    for (int i = 0; i < t->fresh_length; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        t->fresh[i] = i % 6 == 5 ? ' ' : 'a' + (seed >> 33) % 26;
    }
}

static void make_request(target *t, const char *body, int body_length) {
    t->request = malloc(body_length + 20000);
    t->request_length = sprintf(t->request,
                                "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Type: "
                                "application/json\r\nContent-Length: %d\r\n\r\n",
                                option.path, t->port, option.headers, body_length);
    memcpy(t->request + t->request_length, body, body_length);
    t->request_length += body_length;
    find_fresh(t);
    t->latency_ns = malloc(sizeof(uint32_t) * SAMPLES_MAX);
    t->first_byte_ns = malloc(sizeof(uint32_t) * SAMPLES_MAX);
}

static int open_connection(connection *c) {
    int one = 1;
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(targets[c->target].port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    c->busy = 0;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (void *)&at, sizeof at)) return 0;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    return !epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e);
}

static void reopen(connection *c) {
    close(c->fd);
    if (!open_connection(c)) targets[c->target].errors++;
}

/* Send one request. `since_ns` is when it should have started, or 0 for now. */
static void fire(connection *c, int64_t since_ns) {
    target *t = &targets[c->target];
    write_fresh_words(t);
    c->busy = c->in_head = 1;
    c->bad = c->head_length = c->chunked = 0;
    c->content_length = -1;
    c->body_bytes = c->chunk_left = 0;
    c->state = SIZE;
    c->first_byte_ns = 0;
    c->started_ns = since_ns ? since_ns : now_ns();
    fired++;
    if (send(c->fd, t->request, t->request_length, MSG_NOSIGNAL) != t->request_length) {
        t->errors++;
        reopen(c);
    }
}

static int may_fire(void) { return !option.requests_max || fired < option.requests_max; }

/* ---- Answers ---------------------------------------------------------------------------- */

static int digit(char ch) {
    if (ch >= '0' && ch <= '9') return ch - '0';
    ch |= 32;
    return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* Follow a chunked body. True: it is complete. */
static int chunked_complete(connection *c, const char *p, int n) {
    for (int i = 0; i < n;) {
        char ch = p[i];
        switch (c->state) {
        case SIZE:
            if (digit(ch) < 0) {
                c->state = SIZE_LINE;
            } else {
                c->chunk_left = c->chunk_left * 16 + digit(ch);
                i++;
            }
            break;
        case SIZE_LINE:
            i++;
            if (ch == '\n') c->state = c->chunk_left ? DATA : TRAILER;
            break;
        case DATA: {
            long k = n - i < c->chunk_left ? n - i : c->chunk_left;
            c->body_bytes += k;
            c->chunk_left -= k;
            i += k;
            if (!c->chunk_left) c->state = DATA_CR;
            break;
        }
        case DATA_CR: i++; c->state = DATA_LF; break;
        case DATA_LF: i++; c->state = SIZE; break;
        case TRAILER: i++; c->state = ch == '\r' ? LAST_LF : TRAILER_LINE; break;
        case TRAILER_LINE: i++; if (ch == '\n') c->state = TRAILER; break;
        case LAST_LF: return 1;
        }
    }
    return 0;
}

/* Read a piece of the head. Returns the bytes of the piece that belong to the body, -1 if the head
 * goes on. */
static int head_piece(connection *c, const char *piece, int n) {
    int before = c->head_length, room = (int)sizeof c->head - 1 - before;
    int taken = n < room ? n : room;
    memcpy(c->head + before, piece, taken);
    c->head_length += taken;
    char *end = memmem(c->head, c->head_length, "\r\n\r\n", 4);
    if (!end) {
        c->bad = taken < n;
        return c->bad ? 0 : -1;
    }
    end[2] = 0;
    c->in_head = 0;
    char *length = strcasestr(c->head, "\r\ncontent-length:");
    if (length) c->content_length = atol(length + 17);
    c->chunked = strcasestr(c->head, "\r\ntransfer-encoding: chunked") != NULL;
    if (strncmp(c->head + 8, " 200", 4)) c->bad = 1;
    return n - (end + 4 - c->head - before);
}

/* Take a piece of an answer. True: the answer is complete. */
static int complete(connection *c, const char *piece, int n) {
    if (c->in_head) {
        int rest = head_piece(c, piece, n);
        if (rest < 0) return 0;
        if (c->in_head) return 1; /* a head without end: bad */
        if (!c->chunked && c->content_length == 0) return 1;
        if (!rest) return 0;
        piece += n - rest;
        n = rest;
    }
    if (!c->first_byte_ns) c->first_byte_ns = now_ns();
    if (c->chunked) return chunked_complete(c, piece, n) || (c->state == LAST_LF && piece[n - 1] == '\n');
    c->body_bytes += n;
    return c->content_length >= 0 && c->body_bytes >= c->content_length;
}

static uint32_t bounded(int64_t ns) { return ns > 4000000000LL ? 4000000000U : (uint32_t)ns; }

static void record(connection *c) {
    target *t = &targets[c->target];
    last_answer_ns = now_ns();
    c->busy = 0;
    if (c->bad) {
        if (!t->bad++) fprintf(stderr, "bad answer: %.300s\n", c->head);
    } else if (t->ok < SAMPLES_MAX) {
        t->latency_ns[t->ok] = bounded(last_answer_ns - c->started_ns);
        t->first_byte_ns[t->ok] = c->first_byte_ns ? bounded(c->first_byte_ns - c->started_ns) : 0;
        t->bytes += c->body_bytes;
        t->ok++;
    }
    if (strcasestr(c->head, "\r\nconnection: close")) reopen(c);
}

static void on_readable(connection *c) {
    static char piece[1 << 18];
    int closed_loop = option.rate <= 0, n = recv(c->fd, piece, sizeof piece, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        target *t = &targets[c->target];
        t->errors += c->busy;
        reopen(c);
        if (t->errors >= ERRORS_MAX) {
            fprintf(stderr, "port %d: %ld broken connections, giving up\n", t->port, t->errors);
            exit(1);
        }
    } else if (!c->busy || !complete(c, piece, n)) {
        return;
    } else {
        record(c);
    }
    if (closed_loop && now_ns() < end_ns && may_fire()) fire(c, 0);
}

/* ---- The schedule ----------------------------------------------------------------------- */

static connection *free_connection(int wanted) {
    static long turn;
    for (int k = 0; k < option.connections; k++) {
        connection *c = &connections[(turn + k) % option.connections * target_count + wanted];
        if (c->busy) continue;
        turn += k + 1;
        return c;
    }
    return NULL;
}

/* Start what is due by `now`; returns when the next request is due. */
static int64_t fire_due(int64_t now, int64_t next, int64_t step) {
    static int turn;
    while (next <= now && may_fire()) {
        connection *c = free_connection(turn);
        if (c) {
            fire(c, now - next > 2000000 ? next : 0);
        } else {
            targets[turn].late++;
            if (now - next <= 2000000000LL) return next;
        }
        next += step;
        turn = (turn + 1) % target_count;
    }
    return next;
}

static int in_flight(void) {
    int count = 0;
    for (int i = 0; i < total; i++) count += connections[i].busy;
    return count;
}

static void run(int64_t start) {
    int64_t step = option.rate > 0 ? (int64_t)(1e9 / (option.rate * target_count)) : 0, next = start;
    struct epoll_event happened[256];
    if (!step)
        for (int i = 0; i < total && may_fire(); i++) fire(&connections[i], 0);
    for (;;) {
        int64_t now = now_ns();
        int stop = now >= end_ns || !may_fire();
        if (step && !stop) next = fire_due(now, next, step);
        if (stop && (!in_flight() || now > end_ns + 3000000000LL)) return;
        struct timespec pause = {0, 100000000};
        if (step && !stop) {
            if (next <= now) pause.tv_nsec = 200000; /* nothing free: look again soon */
            else if (next - now < pause.tv_nsec) pause.tv_nsec = next - now;
        }
        int n = epoll_pwait2(poller, happened, 256, &pause, NULL);
        for (int i = 0; i < n; i++) on_readable(happened[i].data.ptr);
    }
}

/* ---- The report ------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static double percentile_us(const uint32_t *sorted, long n, double q) {
    if (!n) return 0;
    long i = (long)(q * n);
    return sorted[i < n ? i : n - 1] / 1000.0;
}

static void report(target *t, double seconds) {
    qsort(t->latency_ns, t->ok, sizeof(uint32_t), ascending);
    qsort(t->first_byte_ns, t->ok, sizeof(uint32_t), ascending);
    printf("{\"port\":%d,\"ok\":%ld,\"bad\":%ld,\"err\":%ld,\"late\":%ld,\"secs\":%.3f,\"rps\":%.1f,"
           "\"body_bytes\":%.1f,",
           t->port, t->ok, t->bad, t->errors, t->late, seconds, t->ok / seconds,
           t->ok ? (double)t->bytes / t->ok : 0);
    printf("\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f,\"ttfb50\":%.1f,\"ttfb99\":%.1f}\n",
           percentile_us(t->latency_ns, t->ok, .5), percentile_us(t->latency_ns, t->ok, .9),
           percentile_us(t->latency_ns, t->ok, .99), percentile_us(t->latency_ns, t->ok, 1),
           percentile_us(t->first_byte_ns, t->ok, .5), percentile_us(t->first_byte_ns, t->ok, .99));
}

static int usage(void) {
    fprintf(stderr, "usage: loadgen -b BODYFILE [-c N] [-d SECONDS] [-n N] [-r RATE] [-p PATH] "
                    "[-H HEADER]... PORT [PORT]\n");
    return 2;
}

static int read_options(int argc, char **argv) {
    for (int o; (o = getopt(argc, argv, "c:d:n:r:p:b:H:")) != -1;) switch (o) {
        case 'c': option.connections = atoi(optarg); break;
        case 'd': option.seconds = atof(optarg); break;
        case 'n': option.requests_max = atol(optarg); break;
        case 'r': option.rate = atof(optarg); break;
        case 'p': option.path = optarg; break;
        case 'b': option.body_file = optarg; break;
        case 'H':
            if (strlen(option.headers) + strlen(optarg) + 3 > sizeof option.headers) return 0;
            strcat(strcat(option.headers, optarg), "\r\n");
            break;
        default: return 0;
    }
    target_count = argc - optind;
    return option.body_file && target_count >= 1 && target_count <= PORTS_MAX;
}

int main(int argc, char **argv) {
    static char body[1 << 20];
    if (!read_options(argc, argv)) return usage();
    FILE *file = fopen(option.body_file, "rb");
    if (!file) {
        perror(option.body_file);
        return 2;
    }
    int body_length = fread(body, 1, sizeof body, file);
    fclose(file);
    for (int i = 0; i < target_count; i++) {
        targets[i].port = atoi(argv[optind + i]);
        make_request(&targets[i], body, body_length);
    }
    poller = epoll_create1(0);
    total = option.connections * target_count;
    connections = calloc(total, sizeof *connections);
    for (int i = 0; i < total; i++) {
        connections[i].target = i % target_count;
        if (!open_connection(&connections[i])) {
            perror("connect");
            return 1;
        }
    }
    int64_t start = last_answer_ns = now_ns();
    end_ns = start + (int64_t)(option.seconds * 1e9);
    run(start);
    double seconds = (last_answer_ns - start) / 1e9;
    for (int i = 0; i < target_count; i++) report(&targets[i], seconds > 0 ? seconds : option.seconds);
    return 0;
}
