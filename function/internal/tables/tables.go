// Package tables composes the claim's DynamoDB tables.
package tables

import (
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	dynamodb "github.com/upbound/provider-aws/v2/apis/namespaced/dynamodb/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// unlimited takes a limit of request units away.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html
const unlimited = -1

// Compose adds the tables, and lets those go that the claim no longer asks for.
func Compose(s *stack.Stack, p *plan.Plan) {
	keepItems(s, p)
	for i, t := range s.Claim.Spec.Tables {
		keepKeys(s, i, t)
		table(s, p, t)
	}
	release(s)
}

// table is encrypted with the data key, whose ARN is written: a reference would give the key's ID,
// and DynamoDB answers the ARN. The provider would pin indexes and limits that it reads from AWS,
// so it copies nothing into the spec.
func table(s *stack.Stack, p *plan.Plan, t v1alpha1.Table) {
	key := keys.Table(t.Name)
	days := ptr.Deref(t.RecoveryDays, plan.TableRecoveryDays)
	params := dynamodb.TableParameters{
		Region: &s.Region,
		// Without it AWS would want a fixed capacity.
		BillingMode:          ptr.To("PAY_PER_REQUEST"),
		HashKey:              &t.HashKey.Name,
		Attribute:            attributes(t),
		GlobalSecondaryIndex: indexes(s, key, t),
		OnDemandThroughput:   limits(s, key, t),
		PointInTimeRecovery:  &dynamodb.PointInTimeRecoveryParameters{Enabled: ptr.To(days > 0)},
		ServerSideEncryption: &dynamodb.ServerSideEncryptionParameters{
			Enabled: ptr.To(true), KMSKeyArn: ptr.To(stack.ARN(keys.DataKey)),
		},
		TTL:                       expiry(s, key, t),
		StreamEnabled:             ptr.To(t.Stream != ""),
		TableClass:                ptr.To("STANDARD"),
		DeletionProtectionEnabled: ptr.To(p.Protected),
		Tags:                      s.Tags(key),
	}
	if t.RangeKey != nil {
		params.RangeKey = &t.RangeKey.Name
	}
	if days > 0 {
		params.PointInTimeRecovery.RecoveryPeriodInDays = ptr.To(float64(days))
	}
	if t.Stream != "" {
		params.StreamViewType = ptr.To(plan.StreamView(t.Stream))
	}
	s.Add(key, "Holds items of the application.", &dynamodb.Table{Spec: dynamodb.TableSpec{ForProvider: params}},
		stack.ExternalName(p.TableName(t.Name)), stack.NoLateInitializeRetainWhile(p.Protected))
}

var projections = map[v1alpha1.TableProjection]string{
	v1alpha1.ProjectAll:      "ALL",
	v1alpha1.ProjectKeysOnly: "KEYS_ONLY",
	v1alpha1.ProjectInclude:  "INCLUDE",
}

// attributes are those of all keys, each once and in the order of their names. AWS refuses others.
func attributes(t v1alpha1.Table) []dynamodb.AttributeParameters {
	var out []dynamodb.AttributeParameters
	for _, k := range plan.KeyAttributes(t) {
		out = append(out, dynamodb.AttributeParameters{Name: &k.Name, Type: ptr.To(plan.DynamoDBType(k.Type))})
	}
	return out
}

// indexes are in the order of their names: the order in the claim means nothing, and another one
// would be a difference.
func indexes(s *stack.Stack, key stack.Key, t v1alpha1.Table) []dynamodb.GlobalSecondaryIndexParameters {
	sorted := slices.Clone(t.Indexes)
	slices.SortFunc(sorted, func(a, b v1alpha1.TableIndex) int { return strings.Compare(a.Name, b.Name) })
	var out []dynamodb.GlobalSecondaryIndexParameters
	for _, i := range sorted {
		p := dynamodb.GlobalSecondaryIndexParameters{
			Name: &i.Name, HashKey: &i.HashKey.Name, ProjectionType: ptr.To(projections[i.Projection]),
		}
		if i.RangeKey != nil {
			p.RangeKey = &i.RangeKey.Name
		}
		for _, a := range i.Attributes {
			p.NonKeyAttributes = append(p.NonKeyAttributes, &a)
		}
		if read, write, limited := units(s, key, t); limited {
			p.OnDemandThroughput = &dynamodb.OnDemandThroughputParameters{
				MaxReadRequestUnits: &read, MaxWriteRequestUnits: &write,
			}
		}
		out = append(out, p)
	}
	return out
}

func limits(s *stack.Stack, key stack.Key, t v1alpha1.Table) *dynamodb.TableOnDemandThroughputParameters {
	read, write, limited := units(s, key, t)
	if !limited {
		return nil
	}
	return &dynamodb.TableOnDemandThroughputParameters{MaxReadRequestUnits: &read, MaxWriteRequestUnits: &write}
}

// units are the limits of request units. A limit that is taken away is written as such for as long as AWS answers
// one: a field that is left out would leave it in AWS. After that it must be left out, because what AWS does not
// answer would be a difference.
func units(s *stack.Stack, key stack.Key, t v1alpha1.Table) (read, write float64, limited bool) {
	of := func(n *int32) float64 { return float64(ptr.Deref(n, unlimited)) }
	limited = t.MaxReadUnits != nil || t.MaxWriteUnits != nil || stillLimited(s, key)
	return of(t.MaxReadUnits), of(t.MaxWriteUnits), limited
}

// stillLimited tells whether AWS answers a limit of the table or of an index. While AWS answers nothing about the
// table, what it was asked counts.
func stillLimited(s *stack.Stack, key stack.Key) bool {
	o, ok := s.Observed(key)
	if !ok {
		return false
	}
	from := []string{"status", "atProvider"}
	if _, known := s.Status(key, "arn"); !known {
		from = []string{"spec", "forProvider"}
	}
	if v, _ := o.Lookup(append(from, "onDemandThroughput")...); v != nil {
		return true
	}
	v, _ := o.Lookup(append(from, "globalSecondaryIndex")...)
	list, _ := v.([]any)
	return slices.ContainsFunc(list, func(e any) bool {
		m, _ := e.(map[string]any)
		return m["onDemandThroughput"] != nil
	})
}

// expiry is turned off with the name of the attribute, which AWS wants then too, until AWS answers that it is off.
func expiry(s *stack.Stack, key stack.Key, t v1alpha1.Table) *dynamodb.TTLParameters {
	if t.TTLAttribute != "" {
		return &dynamodb.TTLParameters{AttributeName: ptr.To(t.TTLAttribute), Enabled: ptr.To(true)}
	}
	o, ok := s.Observed(key)
	if !ok {
		return nil
	}
	was, _ := stack.Text(o, "spec", "forProvider", "ttl", "attributeName")
	if name, ok := s.Status(key, "ttl.attributeName"); ok {
		was = name
	}
	if on, known := o.Lookup("status", "atProvider", "ttl", "enabled"); was == "" || known && on != true {
		return nil
	}
	return &dynamodb.TTLParameters{AttributeName: &was, Enabled: ptr.To(false)}
}
