package app

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// An account answers what the application asks of Secrets Manager and SQS: one secret, and
// one queue without a visibility timeout.
type account struct {
	*httptest.Server

	mu       sync.Mutex
	secret   string
	reads    int
	messages []string
	deleted  int
}

func newAccount(t *testing.T) *account {
	a := &account{}
	a.Server = httptest.NewServer(http.HandlerFunc(a.answer))
	t.Cleanup(a.Close)
	return a
}

// keep makes v the secret's value.
func (a *account) keep(v map[string]any) {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.secret = string(text)
}

func (a *account) counts() (reads, waiting, deleted int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.reads, len(a.messages), a.deleted
}

func (a *account) answer(w http.ResponseWriter, r *http.Request) {
	var in map[string]any
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err := json.NewEncoder(w).Encode(a.does(action, in)); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (a *account) does(action string, in map[string]any) map[string]any {
	switch action {
	case "GetSecretValue":
		a.reads++
		return map[string]any{"ARN": in["SecretId"], "SecretString": a.secret}
	case "SendMessage":
		body := fmt.Sprint(in["MessageBody"])
		a.messages = append(a.messages, body)
		return map[string]any{"MessageId": "m", "MD5OfMessageBody": sum(body)}
	case "ReceiveMessage":
		if len(a.messages) == 0 {
			return map[string]any{}
		}
		body := a.messages[0]
		a.messages = a.messages[1:]
		return map[string]any{"Messages": []any{map[string]any{
			"MessageId": "m", "ReceiptHandle": "r", "Body": body, "MD5OfBody": sum(body),
		}}}
	case "DeleteMessage":
		a.deleted++
	}
	return map[string]any{}
}

// sum is how SQS proves what it has received.
func sum(text string) string {
	s := md5.Sum([]byte(text))
	return hex.EncodeToString(s[:])
}
