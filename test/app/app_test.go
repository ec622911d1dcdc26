// Package app runs the sample application of examples/app as ECS would: its program, with
// the variables that a claim gives it. MySQL and AWS are servers in this process.
package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A stage is what the application runs on.
type stage struct {
	program string
	mysql   *mysql
	aws     *account
}

func newStage(t *testing.T) *stage {
	s := &stage{program: filepath.Join(t.TempDir(), "app"), mysql: newMySQL(t), aws: newAccount(t)}
	build := exec.Command("go", "build", "-o", s.program, ".")
	build.Dir = "../../examples/app"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the application does not compile: %v\n%s", err, out)
	}
	s.password("first")
	return s
}

// password changes the password in the database and in the secret.
func (s *stage) password(to string) {
	s.mysql.login(to)
	s.aws.keep(map[string]any{
		"host": "localhost", "port": s.mysql.port, "username": "admin", "password": to, "dbname": "shop",
	})
}

// command is one of the application's commands with what a claim sets.
func (s *stage) command(name string, more ...string) *exec.Cmd {
	c := exec.Command(s.program, name)
	c.Env = append(os.Environ(),
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_ENDPOINT_URL="+s.aws.URL,
		"DB_SECRET_ARN=arn:aws:secretsmanager:us-east-1:111122223333:secret:shop-1a2b3c",
		"DB_CA_BUNDLE="+s.mysql.bundle, "DB_POOL_MAX=3",
		"QUEUE_URL="+s.aws.URL+"/orders", "QUEUE_URL_ORDERS="+s.aws.URL+"/orders",
	)
	c.Env = append(c.Env, more...)
	return c
}

// run runs a command that ends by itself.
func (s *stage) run(t *testing.T, name string) string {
	t.Helper()
	out, err := s.command(name).CombinedOutput()
	if err != nil {
		t.Fatalf("app %s: %v\n%s", name, err, out)
	}
	return string(out)
}

// start runs a command until the test ends, and expects that SIGTERM stops it well.
func (s *stage) start(t *testing.T, name string, more ...string) {
	t.Helper()
	c := s.command(name, more...)
	c.Stdout, c.Stderr = t.Output(), t.Output()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("app %s ended before it was told to: %v", name, err)
		}
		if err := c.Wait(); err != nil {
			t.Errorf("app %s did not stop well: %v", name, err)
		}
	})
}

// web starts a command that listens, and returns its URL when it does.
func (s *stage) web(t *testing.T, name string, more ...string) string {
	t.Helper()
	port := free(t)
	s.start(t, name, append(more, "PORT="+port)...)
	url := "http://127.0.0.1:" + port
	eventually(t, name+" is healthy", func() bool {
		r, err := http.Get(url + "/healthz")
		if err != nil {
			return false
		}
		_ = r.Body.Close()
		return r.StatusCode == http.StatusNoContent
	})
	return url
}

func free(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 200 {
		if holds() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s: not within ten seconds", what)
}

func get(t *testing.T, url string) string {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, r)
}

func post(t *testing.T, url, text string) (int, string) {
	t.Helper()
	r, err := http.Post(url, "application/json", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, body(t, r)
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The whole way: the release, an order through the frontend, the worker, and the report.
func TestAnOrderGoesAllTheWay(t *testing.T) {
	s := newStage(t)
	if out := s.run(t, "migrate"); !strings.Contains(out, "001_orders.sql") {
		t.Errorf("the first release applies nothing:\n%s", out)
	}
	if out := s.run(t, "migrate"); strings.Contains(out, "migrated") {
		t.Errorf("the second release applies a migration once more:\n%s", out)
	}

	site := s.web(t, "frontend", "BACKEND_URL="+s.web(t, "serve"))
	if page := get(t, site+"/"); !strings.Contains(page, "A small shop") {
		t.Errorf("the page is %q", page)
	}
	if code, out := post(t, site+"/api/orders", `{"item": " tea "}`); code != http.StatusOK {
		t.Fatalf("an order is answered with %d %s", code, out)
	}
	if orders := list(t, site); len(orders) != 1 || orders[0].Item != "tea" || orders[0].Confirmed {
		t.Errorf("after the order there are %+v", orders)
	}

	s.start(t, "worker")
	eventually(t, "the worker confirms the order", func() bool { return list(t, site)[0].Confirmed })
	eventually(t, "the worker deletes the message", func() bool {
		_, waiting, deleted := s.aws.counts()
		return waiting == 0 && deleted == 1
	})

	s.run(t, "report")
	s.run(t, "report")
	if got := s.mysql.count(t, "SELECT SUM(orders) FROM reports"); got != 1 {
		t.Errorf("after two runs of the report there are %d orders in it, want 1", got)
	}
}

type order struct {
	Item      string
	Confirmed bool
}

func list(t *testing.T, site string) []order {
	t.Helper()
	var out []order
	if err := json.Unmarshal([]byte(get(t, site+"/api/orders")), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A customer's mistake is told to the customer, and leaves nothing behind.
func TestAnEmptyOrderIsRefused(t *testing.T) {
	s := newStage(t)
	s.run(t, "migrate")
	url := s.web(t, "serve")
	for _, text := range []string{`{}`, `{"item": "  "}`, `no JSON`, `{"item": "` + strings.Repeat("x", 101) + `"}`} {
		code, out := post(t, url+"/api/orders", text)
		if code != http.StatusBadRequest || !strings.Contains(out, "needs an item") {
			t.Errorf("%s is answered with %d %s", text, code, out)
		}
	}
	if _, waiting, _ := s.aws.counts(); waiting != 0 {
		t.Errorf("%d messages wait", waiting)
	}
}

// Kasha and AWS may change the password at any time. The application reads the secret
// again, and nobody restarts it.
func TestANewPasswordNeedsNoRestart(t *testing.T) {
	s := newStage(t)
	s.run(t, "migrate")
	// The application reads this password and is refused.
	s.aws.keep(map[string]any{
		"host": "localhost", "port": s.mysql.port, "username": "admin", "password": "old", "dbname": "shop",
	})
	url := s.web(t, "serve")
	if out := get(t, url+"/api/orders"); !strings.Contains(out, "has a problem") {
		t.Errorf("with a wrong password the answer is %s", out)
	}
	s.password("second")
	if out := get(t, url+"/api/orders"); strings.TrimSpace(out) != "[]" {
		t.Errorf("with the new password the answer is %s", out)
	}
}

// A command says which variable is missing.
func TestWhatIsMissingIsSaid(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct{ command, variable string }{
		{"serve", "QUEUE_URL_ORDERS"}, {"worker", "QUEUE_URL"}, {"frontend", "BACKEND_URL"},
		{"migrate", "DB_SECRET_ARN"}, {"nothing", ""},
	} {
		out, err := s.command(c.command, c.variable+"=").CombinedOutput()
		if err == nil {
			t.Errorf("app %s without %s ends well", c.command, c.variable)
		}
		if want := c.variable; !strings.Contains(string(out), want) || !strings.Contains(string(out), "cannot") {
			t.Errorf("app %s without %q says %s", c.command, want, out)
		}
	}
}
