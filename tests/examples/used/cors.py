from cors import cors, security_headers

layers = [security_headers(), cors({"https://shop.example"})]
