package rules

// secret is {"engine":"mysql","host":"db.rds","port":3306,"username":"admin","password":"x","dbname":"shop",
// "dbInstanceIdentifier":"shop-db","url":"mysql://admin:x@db.rds:3306/shop?ssl-mode=VERIFY_IDENTITY","readerHost":"shop-r.rds"}
const secretObject = `
claim: {database: {name: shop}}
desired:
  db-primary: {aws: rds/Instance, with: {identifier: shop-db}, at: {address: db.rds}}
  db-replica-1: {aws: rds/Instance, with: {identifier: shop-r}}
  connection-1: {apiVersion: v1, kind: Secret, data: {secretString: eyJlbmdpbmUiOiJteXNxbCIsImhvc3QiOiJkYi5yZHMiLCJwb3J0IjozMzA2LCJ1c2VybmFtZSI6ImFkbWluIiwicGFzc3dvcmQiOiJ4IiwiZGJuYW1lIjoic2hvcCIsImRiSW5zdGFuY2VJZGVudGlmaWVyIjoic2hvcC1kYiIsInVybCI6Im15c3FsOi8vYWRtaW46eEBkYi5yZHM6MzMwNi9zaG9wP3NzbC1tb2RlPVZFUklGWV9JREVOVElUWSIsInJlYWRlckhvc3QiOiJzaG9wLXIucmRzIn0=}}
`

var tlsExamples = map[string]example{
	"tls-database": {`
desired:
  parametergroup-mysql84: {aws: rds/ParameterGroup, with: {parameter: [{name: require_secure_transport, value: '1'}]}}
  db-primary: {aws: rds/Instance, with: {parameterGroupNameRef: {name: shop-parametergroup-mysql84}}}
`, map[string]breakage{
		"Off":         {"desired: {parametergroup-mysql84: {with: {parameter: [{name: require_secure_transport, value: '0'}]}}}", `db-primary has the parameter group "parametergroup-mysql84", in which TLS is not required`},
		"Missing":     {"desired: {parametergroup-mysql84: {with: {parameter: [{name: slow_query_log, value: '1'}]}}}", "db-primary has the parameter group"},
		"NotAttached": {"desired: {db-primary: {with: {parameterGroupNameRef: null}}}", `db-primary has the parameter group ""`},
		"Replica":     {"desired: {db-replica-1: {aws: rds/Instance, with: {replicateSourceDb: db-primary}}}", `db-replica-1 has the parameter group ""`},
	}},
	"tls-proxy": {"desired: {db-proxy: {aws: rds/Proxy, with: {requireTls: true}}}", map[string]breakage{
		"Off":     {"desired: {db-proxy: {with: {requireTls: false}}}", "db-proxy does not require TLS"},
		"Default": {"desired: {db-proxy: {with: {requireTls: null}}}", "db-proxy does not require TLS"},
	}},
	"tls-listener": {`
claim: {edge: {domain: {name: shop.example.com}}}
desired:
  validation-edge-1: {aws: acm/CertificateValidation, with: {region: us-east-1}, at: {certificateArn: 'arn:cert'}}
  listener-public-https: {aws: elbv2/LBListener, with: {protocol: HTTPS, port: 443, sslPolicy: ELBSecurityPolicy-TLS13-1-2-Res-2021-06, certificateArn: 'arn:cert'}}
  listener-internal: {aws: elbv2/LBListener, with: {protocol: HTTP, port: 80}}
`, map[string]breakage{
		"PlainHTTP":       {"desired: {listener-public-https: {with: {protocol: HTTP}}}", `listener-public-https speaks HTTP:443, want "HTTPS:443"`},
		"OldPolicy":       {"desired: {listener-public-https: {with: {sslPolicy: ELBSecurityPolicy-2016-08}}}", `listener-public-https has the TLS policy "ELBSecurityPolicy-2016-08"`},
		"OtherCert":       {"desired: {listener-public-https: {with: {certificateArn: 'arn:other'}}}", `listener-public-https has the certificate "arn:other"`},
		"CertElsewhere":   {"desired: {validation-edge-1: {with: {region: eu-west-1}}}", `listener-public-https has the certificate "arn:cert"`},
		"BothAtRest":      {"desired: {listener-public: {aws: elbv2/LBListener, with: {protocol: HTTP, port: 80}}}", "listener-public is composed: true"},
		"NoneAtRest":      {"desired: {listener-public-https: null}", "listener-public is composed: false"},
		"UnknownListener": {"desired: {listener-debug: {aws: elbv2/LBListener, with: {protocol: HTTP, port: 8080}}}", `listener-debug speaks HTTP:8080, want ""`},
	}},
	"tls-viewer": {`
claim: {edge: {domain: {name: shop.example.com}}}
desired:
  validation-edge-1: {aws: acm/CertificateValidation, with: {region: us-east-1}, at: {certificateArn: 'arn:cert'}}
  distribution:
    aws: cloudfront/Distribution
    with:
      defaultCacheBehavior: {viewerProtocolPolicy: redirect-to-https}
      orderedCacheBehavior: [{pathPattern: /static/*, viewerProtocolPolicy: redirect-to-https}]
      viewerCertificate: {acmCertificateArn: 'arn:cert', minimumProtocolVersion: TLSv1.2_2021, sslSupportMethod: sni-only}
`, map[string]breakage{
		"PlainPath":    {"desired: {distribution: {with: {orderedCacheBehavior: [{pathPattern: /static/*, viewerProtocolPolicy: allow-all}]}}}", `distribution answers "/static/*" with the protocol policy "allow-all"`},
		"PlainRest":    {"desired: {distribution: {with: {defaultCacheBehavior: {viewerProtocolPolicy: allow-all}}}}", "distribution answers"},
		"OldProtocol":  {"desired: {distribution: {with: {viewerCertificate: {minimumProtocolVersion: TLSv1}}}}", `distribution accepts "TLSv1"`},
		"OtherCert":    {"desired: {distribution: {with: {viewerCertificate: {acmCertificateArn: 'arn:other'}}}}", `distribution has the certificate "arn:other"`},
		"OtherRegion":  {"desired: {validation-edge-1: {with: {region: eu-west-1}}}", `distribution has the certificate "arn:cert"`},
		"CloudFronts":  {"desired: {distribution: {with: {viewerCertificate: {acmCertificateArn: null, cloudfrontDefaultCertificate: true}}}}", `distribution has the certificate ""`},
		"NoneAtAll":    {"desired: {distribution: {with: {viewerCertificate: null}}}", "distribution has no certificate"},
		"WithoutNames": {"claim: {edge: {domain: null}}", `distribution has the certificate "arn:cert", and the claim has a domain: false`},
	}},
	"tls-origin": {`
claim: {edge: {domain: {name: shop.example.com}}}
desired:
  distribution: {aws: cloudfront/Distribution, with: {origin: [{customOriginConfig: {originProtocolPolicy: https-only, originSslProtocols: [TLSv1.2]}}]}}
  vpcorigin: {aws: cloudfront/VPCOrigin, with: {vpcOriginEndpointConfig: {originProtocolPolicy: https-only, originSslProtocols: {items: [TLSv1.2], quantity: 1}}}}
`, map[string]breakage{
		"PlainHTTP":    {"desired: {distribution: {with: {origin: [{customOriginConfig: {originProtocolPolicy: http-only, originSslProtocols: [TLSv1.2]}}]}}}", `distribution reaches the load balancer by "http-only"`},
		"MatchViewer":  {"desired: {vpcorigin: {with: {vpcOriginEndpointConfig: {originProtocolPolicy: match-viewer}}}}", `vpcorigin reaches the load balancer by "match-viewer"`},
		"OldProtocol":  {"desired: {vpcorigin: {with: {vpcOriginEndpointConfig: {originSslProtocols: {items: [TLSv1, TLSv1.2]}}}}}", `vpcorigin offers the load balancer "TLSv1,TLSv1.2"`},
		"OldAtTheEdge": {"desired: {distribution: {with: {origin: [{customOriginConfig: {originProtocolPolicy: https-only, originSslProtocols: [SSLv3]}}]}}}", `distribution offers the load balancer "SSLv3"`},
	}},
	"tls-connection-string": {secretObject, map[string]breakage{
		// The same with ssl-mode=DISABLED.
		"Disabled":    {"desired: {connection-1: {data: {secretString: eyJob3N0IjoiZGIucmRzIiwidXJsIjoibXlzcWw6Ly9hZG1pbjp4QGRiLnJkczozMzA2L3Nob3A/c3NsLW1vZGU9RElTQUJMRUQifQ==}}}", `connection-1 has the ssl-mode "DISABLED"`},
		"AnotherHost": {"desired: {db-primary: {at: {address: other.rds}}}", "connection-1 leads to db.rds, which is none of the claim's databases"},
	}},
}
