package database

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const connectionField = "secretString"

// credentials are what the backend reads from Secrets Manager. The first fields
// are those that AWS's own rotation expects.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
type credentials struct {
	Engine     string `json:"engine"`
	Host       string `json:"host"`
	Port       int    `json:"port"`
	Username   string `json:"username"`
	Password   string `json:"password"`
	DBName     string `json:"dbname"`
	InstanceID string `json:"dbInstanceIdentifier"`
	URL        string `json:"url"`
	ReaderHost string `json:"readerHost,omitempty"`
}

// connection carries the credentials from the provider to Secrets Manager in a
// Kubernetes Secret, and nowhere else.
func connection(s *stack.Stack) {
	digest := connectionDigest(s)
	key := stack.Key("connection-" + digest)
	document, known := secretString(s, key)
	s.AddObject(key, "How to connect to the database. Secrets Manager has the same.", kinds.Secret, map[string]any{
		"type": "Opaque",
		"data": map[string]any{connectionField: document},
	}, stack.When(known, "the credentials of "+s.ObjectName(stack.Primary)))
	_, observed := s.Observed(key)
	secretVersion(s, digest, key, known || observed)
}

// connectionDigest tells two connections apart by what the spec decides of them.
// The password and the host are AWS's and not part of it.
func connectionDigest(s *stack.Stack) string {
	return stack.Digest(strings.Join([]string{generation, reader(s), s.Claim.Spec.Database.Name, username, strconv.Itoa(port)}, "/"))
}

// reader is the identifier of the replica to read from, if there is one.
func reader(s *stack.Stack) string {
	if keys := s.ReplicaKeys(); len(keys) > 0 {
		return s.DatabaseID(keys[0])
	}
	return ""
}

// secretString is the connection in base64: what the provider says, else what
// the cluster has.
func secretString(s *stack.Stack, key stack.Key) (string, bool) {
	if o, ok := s.Observed(stack.Primary); ok {
		host, password := detail(o, "host", "address"), detail(o, "password", "attribute.password")
		if host != "" && password != "" {
			return base64.StdEncoding.EncodeToString(document(s, host, password)), true
		}
	}
	o, ok := s.Observed(key)
	if !ok {
		return "", false
	}
	return stack.Text(o, "data", connectionField)
}

// detail is the first of the primary's connection details that has a value.
func detail(o stack.Observed, names ...string) string {
	for _, n := range names {
		if v, ok := o.Connection(n); ok && len(v) > 0 {
			return string(v)
		}
	}
	return ""
}

func document(s *stack.Stack, host, password string) []byte {
	name := s.Claim.Spec.Database.Name
	target := url.URL{
		Scheme:   "mysql",
		User:     url.UserPassword(username, password),
		Host:     net.JoinHostPort(host, strconv.Itoa(port)),
		Path:     "/" + name,
		RawQuery: "ssl-mode=VERIFY_IDENTITY",
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// Strings and a number always encode, and a buffer takes them all.
	_ = e.Encode(credentials{
		Engine:     "mysql",
		Host:       host,
		Port:       port,
		Username:   username,
		Password:   password,
		DBName:     name,
		InstanceID: s.DatabaseID(stack.Primary),
		URL:        target.String(),
		ReaderHost: readerHost(s, host),
	})
	return bytes.TrimRight(b.Bytes(), "\n")
}

// readerHost follows from the primary's host, since an instance's host is its
// identifier and a part that is fixed for account and region. So nothing waits
// for the replica.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.html
func readerHost(s *stack.Stack, host string) string {
	id := reader(s)
	rest, ok := strings.CutPrefix(host, s.DatabaseID(stack.Primary)+".")
	if id == "" || !ok {
		return ""
	}
	return id + "." + rest
}
