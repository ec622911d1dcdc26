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

	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A document is what the backend reads from Secrets Manager. The first fields
// are those that AWS's own rotation expects.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
type document struct {
	Engine     string `json:"engine"`
	Host       string `json:"host"`
	Port       int    `json:"port"`
	Username   string `json:"username"`
	Password   string `json:"password"`
	DBName     string `json:"dbname"`
	InstanceID string `json:"dbInstanceIdentifier,omitempty"`
	ClusterID  string `json:"dbClusterIdentifier,omitempty"`
	URL        string `json:"url"`
	ReaderHost string `json:"readerHost,omitempty"`
}

// connection passes the credentials from the provider to Secrets Manager in a
// Kubernetes Secret, and nowhere else. Secrets Manager keeps its current version until
// it has the wanted one.
func connection(s *stack.Stack, p *plan.Plan) {
	r, digest := wanted(s, p)
	key := r.Key(keys.ConnectionPrefix, digest)
	text, known := secretString(s, p, key)
	s.AddObject(key, connectionPurpose, kinds.Secret, secretObject(map[string]any{credentials.Field: text}),
		stack.When(known, waitsFor(s, p, r)))
	_, observed := s.Observed(key)
	secretVersion(s, p, r.Key(keys.SecretVersionPrefix, digest), key, known || observed)
	keepOld(s, r.Key(keys.SecretVersionPrefix, digest))
}

const connectionPurpose = "Holds the connection to the database on its way to Secrets Manager."

func secretObject(data map[string]any) map[string]any {
	return map[string]any{"type": "Opaque", "data": data}
}

func waitsFor(s *stack.Stack, p *plan.Plan, r credentials.Revision) string {
	owner := p.Owner()
	text := "the credentials of " + s.ObjectName(owner.Key)
	if r.Generation > 1 {
		secret := owner.SecretName(s, r.Generation)
		text = s.ObjectName(owner.Key) + " to accept the password in Secret " + secret
	}
	if r.Proxy {
		text += " and the endpoint of " + s.ObjectName(keys.Proxy)
	}
	return text
}

// wanted is the revision that Secrets Manager should have, and the digest of its
// content.
func wanted(s *stack.Stack, p *plan.Plan) (credentials.Revision, string) {
	r := p.Credentials.Wanted
	if p.Credentials.Digest != "" {
		return r, p.Credentials.Digest
	}
	return r, connectionDigest(s, p, r)
}

// connectionDigest identifies a connection by what the spec says of it. The password
// and the host come from AWS and are not part of it.
func connectionDigest(s *stack.Stack, p *plan.Plan, r credentials.Revision) string {
	parts := []string{
		"g" + strconv.Itoa(r.Generation), reader(s, p), s.Claim.Spec.Database.Name, username,
		strconv.Itoa(plan.MySQLPort),
	}
	if r.Cluster {
		parts = append(parts, "aurora")
	}
	if r.Proxy {
		parts = append(parts, "proxy")
	}
	if r.Application {
		parts = append(parts, "application")
	}
	return stack.Digest(strings.Join(parts, "/"))
}

// keepOld keeps the other versions, and the Secrets that they were read from, until
// Secrets Manager has today's. The versions are only observed: writing an old one again
// would make it the current one. When their objects are deleted, the versions stay in
// AWS as the secret's history.
func keepOld(s *stack.Stack, today stack.Key) {
	if s.InAWS(today) {
		return
	}
	var versions, connections []stack.Key
	s.ObservedKeys(keys.SecretVersionPrefix, func(k stack.Key, _ stack.Observed) { versions = append(versions, k) })
	s.ObservedKeys(keys.ConnectionPrefix, func(k stack.Key, _ stack.Observed) { connections = append(connections, k) })
	slices.Sort(versions)
	slices.Sort(connections)
	for _, k := range connections {
		o, _ := s.Observed(k)
		// Only the connection is copied, not what others have added to the Secret.
		if text, ok := stack.Text(o, "data", credentials.Field); ok && !s.Has(k) {
			data := map[string]any{credentials.Field: text}
			s.AddObject(k, connectionPurpose, kinds.Secret, secretObject(data))
		}
	}
	for _, k := range versions {
		s.KeepObserved(k, secretsmanager.SecretVersion_GroupVersionKind, versionPurpose,
			stack.ObserveOnly(), stack.EchoExternalName())
	}
}

// reader is the identifier of the replica to read from, if there is one.
func reader(s *stack.Stack, p *plan.Plan) string {
	if keys := p.Database.Replicas; len(keys) > 0 && !p.Credentials.Wanted.Cluster {
		return p.DatabaseID(keys[0])
	}
	return ""
}

// secretString is the connection in base64: what the provider reports, otherwise what
// the cluster has.
func secretString(s *stack.Stack, p *plan.Plan, key stack.Key) (string, bool) {
	if e, ok := known(s, p); ok {
		return base64.StdEncoding.EncodeToString(written(s, p, e, query(s, key))), true
	}
	o, ok := s.Observed(key)
	if !ok {
		return "", false
	}
	return stack.Text(o, "data", credentials.Field)
}

// An endpoint is what is known of the database only once it exists.
type endpoint struct {
	// instance is the database's own host; host is the one to connect to.
	instance, host, username, password string
	application                        bool
}

// known returns the endpoint of the wanted revision. It returns false while any part of
// it is not known, and while the database may still have another password.
func known(s *stack.Stack, p *plan.Plan) (endpoint, bool) {
	owner := p.Owner()
	o, ok := s.Observed(owner.Key)
	if !ok || !p.Credentials.Taken {
		return endpoint{}, false
	}
	e := endpoint{
		instance:    owner.Host(o),
		username:    username,
		password:    owner.Password(o),
		application: p.Credentials.Wanted.Application,
	}
	if p.Credentials.FromSource {
		source, _ := s.Observed(keys.Primary)
		e.password = credentials.Owner{Key: keys.Primary}.Password(source)
	}
	for _, k := range p.Database.Serving.Serves()[1:] {
		// The host of a cluster leads nowhere until it has a node.
		ok = ok && s.Ready(k)
	}
	e.host = e.instance
	if p.Credentials.Wanted.Proxy {
		e.host, _ = s.Status(keys.Proxy, "endpoint")
		ok = ok && s.Ready(p.ProxyTarget())
	}
	if restored(s) || isMoved(s) {
		// The snapshot, or what was copied, determines the master user.
		e.username = owner.User(o)
	}
	return e, ok && e.instance != "" && e.host != "" && e.username != "" && e.password != ""
}

// formerQuery is what the url ended with until v0.1.0. Few clients know the option, and
// many refuse a url that has it.
const formerQuery = "ssl-mode=VERIFY_IDENTITY"

// query is what the url ends with after a question mark: nothing, because every client
// has options of its own. A connection that an older Kasha wrote keeps the former query,
// because AWS cannot change a version of a secret. The next version has none.
func query(s *stack.Stack, key stack.Key) string {
	o, ok := s.Observed(key)
	if !ok {
		return ""
	}
	text, _ := stack.Text(o, "data", credentials.Field)
	raw, _ := base64.StdEncoding.DecodeString(text)
	var was document
	if err := json.Unmarshal(raw, &was); err != nil || !strings.HasSuffix(was.URL, "?"+formerQuery) {
		return ""
	}
	return formerQuery
}

func written(s *stack.Stack, p *plan.Plan, e endpoint, query string) []byte {
	name := s.Claim.Spec.Database.Name
	user := url.UserPassword(e.username, e.password)
	if e.application {
		// AWS's application changes the password but not the url, so the url has none.
		user = url.User(e.username)
	}
	target := url.URL{
		Scheme:   "mysql",
		User:     user,
		Host:     net.JoinHostPort(e.host, strconv.Itoa(plan.MySQLPort)),
		Path:     "/" + name,
		RawQuery: query,
	}
	system := p.Database.Serving
	instance, cluster := p.Identifiers(system)
	return []byte(stack.JSON(document{
		Engine:     "mysql",
		Host:       e.host,
		Port:       plan.MySQLPort,
		Username:   e.username,
		Password:   e.password,
		DBName:     name,
		InstanceID: instance,
		ClusterID:  cluster,
		URL:        target.String(),
		ReaderHost: system.ReaderHost(e.instance),
	}))
}
