package database

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	secretsmanager "github.com/upbound/provider-aws/v2/apis/namespaced/secretsmanager/v1beta1"

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
// Kubernetes Secret, and nowhere else. What Secrets Manager has stays until it
// has what is wanted.
func connection(s *stack.Stack) {
	r, digest := wanted(s)
	key := r.Key(stack.ConnectionPrefix, digest)
	document, known := secretString(s, key)
	s.AddObject(key, connectionPurpose, kinds.Secret, secretObject(map[string]any{connectionField: document}),
		stack.When(known, waitsFor(s, r)))
	_, observed := s.Observed(key)
	secretVersion(s, r.Key(stack.SecretVersionPrefix, digest), key, known || observed)
	keepOld(s, r.Key(stack.SecretVersionPrefix, digest))
}

const connectionPurpose = "How to connect to the database. Secrets Manager has the same."

func secretObject(data map[string]any) map[string]any {
	return map[string]any{"type": "Opaque", "data": data}
}

func waitsFor(s *stack.Stack, r stack.Revision) string {
	text := "the credentials of " + s.ObjectName(stack.Primary)
	if r.Generation > 1 {
		text = s.ObjectName(stack.Primary) + " to take the password in Secret " + s.PasswordSecret(r.Generation)
	}
	if r.Proxy {
		text += " and the endpoint of " + s.ObjectName(stack.Proxy)
	}
	return text
}

// wanted is the revision that Secrets Manager shall have, and what else tells its
// content apart. Once AWS's application rotates the password, nobody here knows
// it any more, so nothing can be written again, whatever else changes.
func wanted(s *stack.Stack) (stack.Revision, string) {
	r := s.WantedRevision()
	if r.Application {
		if key := written(s); key != "" && stack.RevisionOf(key, stack.SecretVersionPrefix) == r {
			return r, string(key[strings.LastIndex(string(key), "-")+1:])
		}
	}
	return r, connectionDigest(s, r)
}

// written is the version that AWS's application begins with, once it is there.
func written(s *stack.Stack) stack.Key {
	var key stack.Key
	s.ObservedKeys(stack.SecretVersionPrefix, func(k stack.Key, _ stack.Observed) {
		if stack.RevisionOf(k, stack.SecretVersionPrefix).Application && s.InAWS(k) {
			key = max(key, k)
		}
	})
	return key
}

// connectionDigest tells two connections apart by what the spec decides of them.
// The password and the host are AWS's and not part of it.
func connectionDigest(s *stack.Stack, r stack.Revision) string {
	parts := []string{"g" + strconv.Itoa(r.Generation), reader(s), s.Claim.Spec.Database.Name, username, strconv.Itoa(port)}
	if r.Proxy {
		parts = append(parts, "proxy")
	}
	if r.Application {
		parts = append(parts, "application")
	}
	return stack.Digest(strings.Join(parts, "/"))
}

// keepOld holds on to the other versions, and to the Secrets that they were read
// from, until today's is in Secrets Manager. They are only looked at: writing
// an old one again would make it the current one. When they go, the versions
// stay in AWS as the secret's history.
func keepOld(s *stack.Stack, today stack.Key) {
	if s.InAWS(today) {
		return
	}
	var versions, connections []stack.Key
	s.ObservedKeys(stack.SecretVersionPrefix, func(k stack.Key, _ stack.Observed) { versions = append(versions, k) })
	s.ObservedKeys(stack.ConnectionPrefix, func(k stack.Key, _ stack.Observed) { connections = append(connections, k) })
	slices.Sort(versions)
	slices.Sort(connections)
	for _, k := range connections {
		o, _ := s.Observed(k)
		// Nothing but the connection is copied, whatever somebody put beside it.
		if document, ok := stack.Text(o, "data", connectionField); ok && !s.Has(k) {
			s.AddObject(k, connectionPurpose, kinds.Secret, secretObject(map[string]any{connectionField: document}))
		}
	}
	for _, k := range versions {
		s.Keep(k, secretsmanager.SecretVersion_GroupVersionKind, versionPurpose, stack.ObserveOnly(), stack.EchoExternalName())
	}
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
	if e, ok := known(s, stack.RevisionOf(key, stack.ConnectionPrefix)); ok {
		return base64.StdEncoding.EncodeToString(document(s, e)), true
	}
	o, ok := s.Observed(key)
	if !ok {
		return "", false
	}
	return stack.Text(o, "data", connectionField)
}

// An endpoint is what is known of the database only once it is there.
type endpoint struct {
	// instance is the primary's own host, host the one to connect to.
	instance, host, username, password string
	application                        bool
}

// known is false while anything of a revision is not known, or the database may
// still have another password.
func known(s *stack.Stack, r stack.Revision) (endpoint, bool) {
	o, ok := s.Observed(stack.Primary)
	if !ok || !taken(s, o, r.Generation) {
		return endpoint{}, false
	}
	e := endpoint{instance: detail(o, "host", "address"), username: username, password: detail(o, "password", "attribute.password"), application: r.Application}
	e.host = e.instance
	if r.Proxy {
		e.host, _ = s.Status(stack.Proxy, "endpoint")
		ok = s.Ready(proxyTargetKey)
	}
	if restored(s) {
		// The snapshot decides who the master is.
		e.username = detail(o, "username")
	}
	return e, ok && e.instance != "" && e.host != "" && e.username != "" && e.password != ""
}

// taken tells whether the password that the provider speaks of is that of a
// generation. The provider speaks of a new one only after the database has taken
// it, so until then it is one that has been written down before.
func taken(s *stack.Stack, primary stack.Observed, generation int) bool {
	if generation == 1 {
		return true
	}
	if name, _ := stack.Text(primary, "spec", "forProvider", "passwordSecretRef", "name"); name != s.PasswordSecret(generation) {
		return false
	}
	password, old := detail(primary, "password", "attribute.password"), false
	s.ObservedKeys(stack.ConnectionPrefix, func(k stack.Key, o stack.Observed) {
		old = old || stack.RevisionOf(k, stack.ConnectionPrefix).Generation != generation && passwordIn(o) == password
	})
	return !old
}

func passwordIn(connection stack.Observed) string {
	text, _ := stack.Text(connection, "data", connectionField)
	raw, _ := base64.StdEncoding.DecodeString(text)
	var c credentials
	_ = json.Unmarshal(raw, &c)
	return c.Password
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

func document(s *stack.Stack, e endpoint) []byte {
	name := s.Claim.Spec.Database.Name
	user := url.UserPassword(e.username, e.password)
	if e.application {
		// AWS's application changes the password and not the url.
		user = url.User(e.username)
	}
	target := url.URL{
		Scheme:   "mysql",
		User:     user,
		Host:     net.JoinHostPort(e.host, strconv.Itoa(port)),
		Path:     "/" + name,
		RawQuery: "ssl-mode=VERIFY_IDENTITY",
	}
	return []byte(stack.JSON(credentials{
		Engine:     "mysql",
		Host:       e.host,
		Port:       port,
		Username:   e.username,
		Password:   e.password,
		DBName:     name,
		InstanceID: s.DatabaseID(stack.Primary),
		URL:        target.String(),
		ReaderHost: readerHost(s, e.instance),
	}))
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
