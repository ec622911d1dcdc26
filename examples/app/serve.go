package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// An order is what a customer bought.
type order struct {
	ID        int64  `json:"id"`
	Item      string `json:"item"`
	Confirmed bool   `json:"confirmed"`
}

// A shop is what the backend and the worker use.
type shop struct {
	db    *sql.DB
	queue *sqs.Client
	// url of the queue of orders to be confirmed.
	url string
}

// open connects to the database and to the queue whose URL a variable has.
func open(ctx context.Context, name string) (*shop, error) {
	url, err := variable(name)
	if err != nil {
		return nil, err
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	db, err := database(ctx)
	if err != nil {
		return nil, err
	}
	return &shop{db: db, queue: sqs.NewFromConfig(c), url: url}, nil
}

// serve answers the frontend's requests.
func serve(ctx context.Context) error {
	s, err := open(ctx, "QUEUE_URL_ORDERS")
	if err != nil {
		return err
	}
	defer s.db.Close()
	return listen(ctx, s.routes())
}

func (s *shop) routes() http.Handler {
	mux := http.NewServeMux()
	// The load balancer asks this of every task. It does not ask the database: otherwise a
	// database that is away for a moment would stop every task as well.
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /api/orders", answer(s.list))
	mux.HandleFunc("POST /api/orders", answer(s.add))
	return mux
}

func healthy(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// errEmpty is the customer's mistake. All other errors are ours.
var errEmpty = errors.New("an order needs an item of at most 100 characters")

// answer writes what a handler returns as JSON.
func answer(handle func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := handle(r)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case errors.Is(err, errEmpty):
			w.WriteHeader(http.StatusBadRequest)
			out = map[string]string{"error": err.Error()}
		case err != nil:
			slog.Error("cannot answer", "path", r.URL.Path, "error", err)
			w.WriteHeader(http.StatusInternalServerError)
			out = map[string]string{"error": "the shop has a problem; try again in a minute"}
		}
		if err := json.NewEncoder(w).Encode(out); err != nil {
			slog.Warn("cannot write the answer", "error", err)
		}
	}
}

func (s *shop) list(r *http.Request) (any, error) {
	rows, err := s.db.QueryContext(r.Context(), "SELECT id, item, confirmed FROM orders ORDER BY id DESC LIMIT 20")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []order{}
	for rows.Next() {
		var o order
		if err := rows.Scan(&o.ID, &o.Item, &o.Confirmed); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, rows.Err()
}

// add writes the order and sends its number to the worker. If sending fails, the customer
// sees an error and orders again. A real shop would write both into the database first (the
// "transactional outbox").
func (s *shop) add(r *http.Request) (any, error) {
	var o order
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 4096)).Decode(&o); err != nil {
		return nil, errEmpty
	}
	o.Item = strings.TrimSpace(o.Item)
	if o.Item == "" || len(o.Item) > 100 {
		return nil, errEmpty
	}
	const insert = "INSERT INTO orders (item, ordered_at) VALUES (?, ?)"
	done, err := s.db.ExecContext(r.Context(), insert, o.Item, time.Now().UTC())
	if err != nil {
		return nil, err
	}
	if o.ID, err = done.LastInsertId(); err != nil {
		return nil, err
	}
	_, err = s.queue.SendMessage(r.Context(), &sqs.SendMessageInput{
		QueueUrl: aws.String(s.url), MessageBody: aws.String(strconv.FormatInt(o.ID, 10)),
	})
	return order{ID: o.ID, Item: o.Item}, err
}

// listen serves until it is told to stop. It then takes no more requests, and finishes those
// that it has.
func listen(ctx context.Context, h http.Handler) error {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	server := &http.Server{Addr: ":" + port, Handler: h, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	slog.Info("listening", "port", port)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	rest, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return server.Shutdown(rest)
}
