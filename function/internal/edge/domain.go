package edge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/utils/ptr"

	acm "github.com/upbound/provider-aws/v2/apis/namespaced/acm/v1beta1"
	route53 "github.com/upbound/provider-aws/v2/apis/namespaced/route53/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// domain is the claim's names: their zone, their certificates, and where they
// lead. What is left of a domain that the claim had stays until CloudFront no
// longer uses it.
func domain(s *stack.Stack, p *plan.Plan) {
	zone(s, p)
	if p.Entrance.HTTPS {
		certificates(s, p)
		records(s, p)
	}
	if !p.Entrance.Arrived {
		s.KeepAllObserved(keys.CertificatePrefix, acm.Certificate_GroupVersionKind, "In use until CloudFront has another.")
		s.KeepAllObserved(keys.OriginRecords, route53.Record_GroupVersionKind, "CloudFront's way in until it has another.")
	}
}

// zone is made where the claim names none. AWS cannot rename one. While the claim
// is protected it stays, whoever deletes its object or the namespace: another one
// would have other name servers.
func zone(s *stack.Stack, p *plan.Plan) {
	d := s.Claim.Spec.Edge.Domain
	if d == nil || d.HostedZoneID != "" {
		keepZone(s, p)
		s.DeleteRetained(keys.ZonePrefix, route53.Zone_GroupVersionKind, "The claim no longer asks for it. It goes with the next pass.")
		return
	}
	key := p.Entrance.Zone()
	s.Add(key, "The domain's records.", &route53.Zone{Spec: route53.ZoneSpec{ForProvider: route53.ZoneParameters{
		Name:    ptr.To(d.Name),
		Comment: ptr.To(s.ID),
		// Records that somebody else has added are not ours to delete.
		ForceDestroy: ptr.To(false),
		Tags:         s.Tags(key),
	}}}, stack.RetainWhile(p.Protected))
}

// keepZone refuses to lose a zone by the way. A new zone has other name servers,
// so the domain would be gone until it is delegated anew.
func keepZone(s *stack.Stack, p *plan.Plan) {
	s.ObservedKeys(keys.ZonePrefix, func(k stack.Key, o stack.Observed) {
		_, going := stack.Text(o, "metadata", "deletionTimestamp")
		if going || !p.Protected {
			return
		}
		name, _ := stack.Text(o, "spec", "forProvider", "name")
		s.Refuse("spec.edge.domain", "cannot remove the domain: its hosted zone %s would be deleted, and nobody finds %s until it is delegated to another; set deletionProtection to false first", s.ObjectName(k), name)
	})
}

// zoneID is where the names' records are.
func zoneID(s *stack.Stack, p *plan.Plan) string {
	if id := s.Claim.Spec.Edge.Domain.HostedZoneID; id != "" {
		return id
	}
	return stack.Await(p.Entrance.Zone(), "zoneId")
}

// certificates are for CloudFront, which takes them from us-east-1 only, and for
// the load balancer, which takes them from its region.
func certificates(s *stack.Stack, p *plan.Plan) {
	for _, name := range p.Entrance.CertificateNames() {
		validationRecord(s, p, name)
	}
	certificate(s, p, keys.AtEdge, plan.GlobalRegion)
	if s.Region != plan.GlobalRegion {
		certificate(s, p, keys.AtOrigin, s.Region)
	}
}

func certificate(s *stack.Stack, p *plan.Plan, where, region string) {
	key, names := p.Entrance.Certificate(where), p.Entrance.CertificateNames()
	s.Add(key, "The certificate at the "+where+".", &acm.Certificate{Spec: acm.CertificateSpec{ForProvider: acm.CertificateParameters{
		Region:                  &region,
		DomainName:              ptr.To(names[0]),
		SubjectAlternativeNames: list(names[1:]...),
		ValidationMethod:        ptr.To("DNS"),
		KeyAlgorithm:            ptr.To("RSA_2048"),
		Tags:                    s.Tags(key),
	}}})
	proofs := make([]string, 0, len(names))
	for _, n := range names {
		proofs = append(proofs, proof(s, p, n, "resourceRecordName"))
	}
	s.Add(p.Entrance.Validation(where), "Waits until the certificate at the "+where+" is issued.", &acm.CertificateValidation{Spec: acm.CertificateValidationSpec{ForProvider: acm.CertificateValidationParameters{
		Region:                &region,
		CertificateArnRef:     s.Ref(key),
		ValidationRecordFqdns: list(proofs...),
	}}})
}

// validationRecord proves to ACM that the name is ours. For one name in one
// account it is the same in every region, so that one record serves both
// certificates, and later ones.
// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
func validationRecord(s *stack.Stack, p *plan.Plan, name string) {
	s.Add(p.Entrance.Record("validation", name), "Proves that "+name+" is ours.", &route53.Record{Spec: route53.RecordSpec{ForProvider: route53.RecordParameters{
		ZoneID:  ptr.To(zoneID(s, p)),
		Name:    ptr.To(proof(s, p, name, "resourceRecordName")),
		Type:    ptr.To("CNAME"),
		TTL:     ptr.To(300.0),
		Records: list(proof(s, p, name, "resourceRecordValue")),
		// Somebody may have proven the name before, with the same record.
		AllowOverwrite: ptr.To(true),
	}}})
}

// proof is a field of the record by which ACM wants a name to be proven. Its
// place in the list is of no meaning, so it is looked for; until AWS tells, what
// needs it waits for the list.
func proof(s *stack.Stack, p *plan.Plan, name, field string) string {
	const options = "domainValidationOptions"
	key := p.Entrance.Certificate(keys.AtEdge)
	o, ok := s.Observed(key)
	for i := 0; ok; i++ {
		at := strconv.Itoa(i)
		of, told := stack.Text(o, "status", "atProvider", options, at, "domainName")
		if !told {
			break
		}
		if of == name {
			return stack.Await(key, fmt.Sprintf("%s.%s.%s", options, at, field))
		}
	}
	return stack.Await(key, options)
}

// records lead viewers to CloudFront and CloudFront to the load balancer.
func records(s *stack.Stack, p *plan.Plan) {
	for _, name := range p.Entrance.ViewerNames {
		for _, kind := range []string{"A", "AAAA"} {
			viewerRecord(s, p, name, kind)
		}
	}
	if !p.Entrance.VPCOrigin {
		originRecord(s, p)
	}
}

// viewerRecord comes last: a viewer who comes before CloudFront knows the name is
// refused. It replaces no record, since where the name led before, somebody else
// may still serve.
func viewerRecord(s *stack.Stack, p *plan.Plan, name, kind string) {
	s.Add(p.Entrance.Record(strings.ToLower(kind), name), "Leads "+name+" to CloudFront.", &route53.Record{Spec: route53.RecordSpec{ForProvider: route53.RecordParameters{
		ZoneID: ptr.To(zoneID(s, p)),
		Name:   ptr.To(name),
		Type:   ptr.To(kind),
		Alias: &route53.AliasParameters{
			Name:                 ptr.To(stack.Await(keys.Distribution, "domainName")),
			ZoneID:               ptr.To(stack.Await(keys.Distribution, "hostedZoneId")),
			EvaluateTargetHealth: ptr.To(false),
		},
	}}}, stack.When(serves(s, name), s.ObjectName(keys.Distribution)+" to serve "+name))
}

// originRecord leads to addresses that only CloudFront can reach.
func originRecord(s *stack.Stack, p *plan.Plan) {
	s.Add(p.Entrance.Record("origin", p.Entrance.OriginName), "Leads CloudFront to the load balancer.", &route53.Record{Spec: route53.RecordSpec{ForProvider: route53.RecordParameters{
		ZoneID: ptr.To(zoneID(s, p)),
		Name:   ptr.To(p.Entrance.OriginName),
		Type:   ptr.To("A"),
		Alias: &route53.AliasParameters{
			Name:                 ptr.To(stack.Await(keys.Balancer(plan.PublicBalancer), "dnsName")),
			ZoneID:               ptr.To(stack.Await(keys.Balancer(plan.PublicBalancer), "zoneId")),
			EvaluateTargetHealth: ptr.To(false),
		},
	}}})
}

// serves tells whether CloudFront knows a name, at all its edges.
func serves(s *stack.Stack, name string) bool {
	if state, _ := s.Status(keys.Distribution, "status"); state != "Deployed" {
		return false
	}
	return slices.Contains(s.StatusList(keys.Distribution, "aliases"), name)
}
